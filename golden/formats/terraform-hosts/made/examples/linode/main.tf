terraform {
  required_providers {
    linode = {
      source = "linode/linode"
    }
  }
}

module "firstlight" {
  source = "../.."
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
