terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "ghcr_token" {
  type      = string
  sensitive = true
  nullable  = false
}

variable "ami" {
  type = string
}

module "firstlight" {
  source     = "../.."
  ghcr_token = var.ghcr_token
}

resource "aws_instance" "host" {
  for_each = module.firstlight.hosts

  ami                         = var.ami
  instance_type               = "t3.micro"
  user_data_base64            = module.firstlight.user_data_gzip_base64[each.key]
  user_data_replace_on_change = true

  tags = {
    Name = each.key
  }
}
