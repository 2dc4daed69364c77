terraform {
  required_providers {
    digitalocean = {
      source = "digitalocean/digitalocean"
    }
  }
}

variable "ssh_public_key" {
  description = "The SSH public key of the person who may log in to the servers"
  type        = string
}

module "firstlight" {
  source = "../.."
}

resource "digitalocean_ssh_key" "operator" {
  name       = "firstlight"
  public_key = var.ssh_public_key
}

resource "digitalocean_droplet" "host" {
  for_each = module.firstlight.hosts

  name      = each.key
  size      = "s-1vcpu-1gb"
  image     = "debian-13-x64"
  region    = "fra1"
  ssh_keys  = [digitalocean_ssh_key.operator.fingerprint]
  user_data = module.firstlight.user_data[each.key]

  # Terraform would replace the server with all its data for a changed document or key. Apply a document to a running
  # server with `firstlight apply`; to create the server again:
  # terraform apply -replace='digitalocean_droplet.host["HOST"]'
  lifecycle {
    ignore_changes = [user_data, ssh_keys]
  }
}

resource "digitalocean_firewall" "web" {
  name        = "firstlight"
  droplet_ids = [for host, server in digitalocean_droplet.host : server.id]

  inbound_rule {
    protocol         = "tcp"
    port_range       = "22"
    source_addresses = ["0.0.0.0/0", "::/0"]
  }

  inbound_rule {
    protocol         = "tcp"
    port_range       = "80"
    source_addresses = ["0.0.0.0/0", "::/0"]
  }

  inbound_rule {
    protocol         = "tcp"
    port_range       = "443"
    source_addresses = ["0.0.0.0/0", "::/0"]
  }

  inbound_rule {
    protocol         = "udp"
    port_range       = "443"
    source_addresses = ["0.0.0.0/0", "::/0"]
  }

  outbound_rule {
    protocol              = "tcp"
    port_range            = "1-65535"
    destination_addresses = ["0.0.0.0/0", "::/0"]
  }

  outbound_rule {
    protocol              = "udp"
    port_range            = "1-65535"
    destination_addresses = ["0.0.0.0/0", "::/0"]
  }

  outbound_rule {
    protocol              = "icmp"
    destination_addresses = ["0.0.0.0/0", "::/0"]
  }
}

output "addresses" {
  description = "The address to which each host's DNS record must point"
  value       = { for host, server in digitalocean_droplet.host : host => server.ipv4_address }
}
