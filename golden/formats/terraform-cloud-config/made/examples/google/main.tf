terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
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

resource "google_compute_firewall" "web" {
  name          = "firstlight"
  network       = "default"
  source_ranges = ["0.0.0.0/0"]
  target_tags   = ["firstlight"]

  allow {
    protocol = "tcp"
    ports    = ["22", "80", "443"]
  }

  allow {
    protocol = "udp"
    ports    = ["443"]
  }
}

# The address that Google gives to the server by itself would change each time the server is stopped and started.
resource "google_compute_address" "host" {
  for_each = module.firstlight.hosts

  name   = replace(each.key, ".", "-")
  region = "europe-west3"
}

resource "google_compute_instance" "host" {
  for_each = module.firstlight.hosts

  name         = replace(each.key, ".", "-")
  machine_type = "e2-micro"
  zone         = "europe-west3-a"
  tags         = ["firstlight"]

  # Ubuntu's images have cloud-init. Google's own Debian images do not, and would not read the user-data.
  boot_disk {
    initialize_params {
      image = "ubuntu-os-cloud/ubuntu-2404-lts-amd64"
    }
  }

  network_interface {
    network = "default"

    access_config {
      nat_ip = google_compute_address.host[each.key].address
    }
  }

  metadata = {
    ssh-keys  = "firstlight:${var.ssh_public_key}"
    user-data = module.firstlight.user_data[each.key]
  }

  # Terraform would give a changed document to the running server, which would run only its `bootcmd`, at the next boot,
  # and would replace the server with all its data for a newer image. Apply a document to a running server with
  # `firstlight apply`; to create the server again: terraform apply -replace='google_compute_instance.host["HOST"]'
  lifecycle {
    ignore_changes = [metadata["user-data"], boot_disk]
  }
}

output "addresses" {
  description = "The address to which each host's DNS record must point"
  value       = { for host, address in google_compute_address.host : host => address.address }
}
