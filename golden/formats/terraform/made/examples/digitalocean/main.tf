terraform {
  required_providers {
    digitalocean = {
      source = "digitalocean/digitalocean"
    }
  }
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

resource "digitalocean_droplet" "host" {
  for_each = module.firstlight.hosts

  name      = each.key
  size      = "s-1vcpu-1gb"
  image     = "debian-13-x64"
  region    = "fra1"
  user_data = module.firstlight.user_data[each.key]
}
