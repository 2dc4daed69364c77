terraform {
  required_providers {
    linode = {
      source = "linode/linode"
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

resource "linode_instance" "host" {
  for_each = module.firstlight.hosts

  label  = replace(each.key, ".", "-")
  type   = "g6-nanode-1"
  image  = "linode/debian13"
  region = "eu-central"

  metadata {
    user_data = module.firstlight.user_data_base64[each.key]
  }
}
