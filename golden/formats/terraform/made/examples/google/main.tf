terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
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

resource "google_compute_instance" "host" {
  for_each = module.firstlight.hosts

  name         = replace(each.key, ".", "-")
  machine_type = "e2-micro"
  zone         = "europe-west3-a"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-13"
    }
  }

  network_interface {
    network = "default"
    access_config {}
  }

  metadata = {
    user-data = module.firstlight.user_data[each.key]
  }
}
