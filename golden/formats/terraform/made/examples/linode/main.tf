terraform {
  required_providers {
    linode = {
      source = "linode/linode"
    }
  }
}

variable "ssh_public_key" {
  description = "The SSH public key of the person who may log in to the servers"
  type        = string
}

variable "ghcr_token" {
  type      = string
  sensitive = true
  nullable  = false
}

module "firstlight" {
  source     = "../.."
  ghcr_token = var.ghcr_token
}

resource "linode_instance" "host" {
  for_each = module.firstlight.hosts

  label           = replace(each.key, ".", "-")
  type            = "g6-nanode-1"
  image           = "linode/debian13"
  region          = "eu-central"
  authorized_keys = [chomp(var.ssh_public_key)]

  metadata {
    # Linode accepts 16,384 bytes: render the module with --provider linode --set program=https://…, the program's
    # address.
    user_data = module.firstlight.user_data_base64[each.key]
  }

  # Terraform would replace the server with all its data for a changed document or key. Apply a document to a running
  # server with `firstlight apply`; to create the server again:
  # terraform apply -replace='linode_instance.host["HOST"]'
  lifecycle {
    ignore_changes = [metadata, authorized_keys]
  }
}

resource "linode_firewall" "web" {
  label           = "firstlight"
  inbound_policy  = "DROP"
  outbound_policy = "ACCEPT"
  linodes         = [for host, server in linode_instance.host : server.id]

  inbound {
    label    = "ssh-and-web"
    action   = "ACCEPT"
    protocol = "TCP"
    ports    = "22, 80, 443"
    ipv4     = ["0.0.0.0/0"]
    ipv6     = ["::/0"]
  }

  inbound {
    label    = "http3"
    action   = "ACCEPT"
    protocol = "UDP"
    ports    = "443"
    ipv4     = ["0.0.0.0/0"]
    ipv6     = ["::/0"]
  }
}

output "addresses" {
  description = "The address to which each host's DNS record must point"
  value       = { for host, server in linode_instance.host : host => one(server.ipv4) }
}
