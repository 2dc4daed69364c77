resource "hcloud_ssh_key" "operator" {
  name       = "firstlight"
  public_key = var.ssh_public_key
}

resource "hcloud_firewall" "web" {
  name = "firstlight"

  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "22"
    source_ips = ["0.0.0.0/0", "::/0"]
  }

  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "80"
    source_ips = ["0.0.0.0/0", "::/0"]
  }

  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "443"
    source_ips = ["0.0.0.0/0", "::/0"]
  }

  rule {
    direction  = "in"
    protocol   = "udp"
    port       = "443"
    source_ips = ["0.0.0.0/0", "::/0"]
  }
}

resource "hcloud_server" "host" {
  for_each = module.firstlight.hosts

  name         = replace(each.key, ".", "-")
  server_type  = "cx23"
  image        = "debian-13"
  location     = "nbg1"
  ssh_keys     = [hcloud_ssh_key.operator.id]
  firewall_ids = [hcloud_firewall.web.id]
  # Hetzner accepts 32,768 bytes: render the module with --provider hetzner.
  user_data    = module.firstlight.user_data[each.key]

  # Terraform would replace the server with all its data for a changed document or key. Apply a document to a running
  # server with `firstlight apply`; to create the server again:
  # terraform apply -replace='hcloud_server.host["HOST"]'
  lifecycle {
    ignore_changes = [user_data, ssh_keys]
  }
}

output "addresses" {
  description = "The address to which each host's DNS record must point"
  value       = { for host, server in hcloud_server.host : host => server.ipv4_address }
}
