terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

module "firstlight" {
  source = "../.."
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
