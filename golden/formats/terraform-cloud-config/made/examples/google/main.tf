terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

variable "ssh_public_key" {
  description = "The public key of whoever may log in to the servers"
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

# The server's own address would change whenever it is stopped and started.
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

  # Ubuntu's images have cloud-init; Google's own of Debian have not, and would read no user-data.
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

  # Another document would be put below the running server, and nothing of it would run but `bootcmd`, at the next
  # boot; a newer image would replace the server and all that is on it. `firstlight apply` brings a document to a server
  # that runs; for a new server: terraform apply -replace='google_compute_instance.host["HOST"]'
  lifecycle {
    ignore_changes = [metadata["user-data"], boot_disk]
  }
}

output "addresses" {
  description = "What each host's DNS has to point to"
  value       = { for host, address in google_compute_address.host : host => address.address }
}
