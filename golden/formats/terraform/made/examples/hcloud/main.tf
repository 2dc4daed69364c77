terraform {
  required_providers {
    hcloud = {
      source = "hetznercloud/hcloud"
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

resource "hcloud_server" "host" {
  for_each = module.firstlight.hosts

  name        = replace(each.key, ".", "-")
  server_type = "cx23"
  image       = "debian-13"
  location    = "nbg1"
  user_data   = module.firstlight.user_data[each.key]
}
