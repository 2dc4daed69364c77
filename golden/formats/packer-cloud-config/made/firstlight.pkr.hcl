# Bakes an image from which a server of any domain can boot: packer build -only='hcloud.*' .
source "hcloud" "image" {
  user_data_file = "${path.root}/user-data"

  image         = "debian-13"
  location      = "nbg1"
  server_type   = "cx23"
  ssh_username  = "root"
  snapshot_name = "firstlight-{{timestamp}}"
}

source "digitalocean" "image" {
  user_data_file = "${path.root}/user-data"

  image         = "debian-13-x64"
  region        = "fra1"
  size          = "s-1vcpu-1gb"
  ssh_username  = "root"
  snapshot_name = "firstlight-{{timestamp}}"
}

source "amazon-ebs" "image" {
  user_data_file = "${path.root}/user-data"

  ami_name      = "firstlight-{{timestamp}}"
  instance_type = "t3.micro"
  region        = "eu-central-1"
  ssh_username  = "admin"
  source_ami_filter {
    filters = {
      name                = "debian-13-amd64-*"
      virtualization-type = "hvm"
    }
    most_recent = true
    owners      = ["136693071363"]
  }
}

build {
  sources = ["source.hcloud.image", "source.digitalocean.image", "source.amazon-ebs.image"]

  # cloud-init works on a new machine until some time after it can be reached. Its exit code 2 means that there were
  # errors in spite of which it continued.
  provisioner "shell" {
    inline = ["cloud-init status --wait || [ $? = 2 ]"]
  }

  # This must be the last provisioner: it removes the machine's identity and its SSH keys.
  provisioner "shell" {
    execute_command = "sudo sh '{{.Path}}'"
    script          = "${path.root}/bake.sh"
  }
}
