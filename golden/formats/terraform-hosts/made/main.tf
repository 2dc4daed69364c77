# Made by firstlight 0.2.0. Each file in user-data/ is the template of one host, and is named after it.
terraform {
  required_version = ">= 1.3"
}

locals {
  hosts = toset([for file in fileset("${path.module}/user-data", "*.tftpl") : trimsuffix(file, ".tftpl")])
  user_data = {
    for host in local.hosts : host => templatefile("${path.module}/user-data/${host}.tftpl", {})
  }
}
