//! The files that Packer needs to bake an image: a template with a builder for each of some providers, and the script
//! that bakes.

use super::{Item, OutputFolder, script};
use crate::compile::Output;
use crate::compile::document::encode_own;
use crate::compile::phase::Phase;
use crate::value::Mode;

/// The template: a build and its builders, of which the option `-only` of Packer selects one.
const TEMPLATE: &str = r#"# Bakes an image from which a server of any domain can boot: packer build -only='hcloud.*' .
source "hcloud" "image" {
  image         = "debian-13"
  location      = "nbg1"
  server_type   = "cx23"
  ssh_username  = "root"
  snapshot_name = "firstlight-{{timestamp}}"
}

source "digitalocean" "image" {
  image         = "debian-13-x64"
  region        = "fra1"
  size          = "s-1vcpu-1gb"
  ssh_username  = "root"
  snapshot_name = "firstlight-{{timestamp}}"
}

source "amazon-ebs" "image" {
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
"#;

/// The template's sources, and the provider of each.
const SOURCES: [(&str, &str); 3] =
    [("hcloud", "hetzner"), ("digitalocean", "digitalocean"), ("amazon-ebs", "aws")];

/// The source of the template that makes an image at a provider; `None` if the template has none.
#[must_use]
pub fn packer_source(provider: &str) -> Option<&'static str> {
    SOURCES.iter().find(|(_, name)| *name == provider).map(|(source, _)| *source)
}

/// The names of the template's sources.
#[must_use]
pub fn packer_sources() -> Vec<&'static str> {
    SOURCES.iter().map(|(source, _)| *source).collect()
}

const USER_DATA: &str = "user-data";

/// The end of the first line of a builder, after which the user-data is added.
const BUILDER: &str = "\" \"image\" {\n";
const PASSED_ON: &str = "  user_data_file = \"${path.root}/user-data\"\n\n";

/// The block that names the builders' plugins, for Packer 1.7 and later. Packer 1.6 has the builders built in and
/// does not know this block, so it is in a file of its own.
const PLUGINS: &str = r#"packer {
  required_plugins {
    hcloud = {
      source  = "github.com/hetznercloud/hcloud"
      version = ">= 1.6.0"
    }
    digitalocean = {
      source  = "github.com/digitalocean/digitalocean"
      version = ">= 1.4.0"
    }
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.3.0"
    }
  }
}
"#;

/// The template. If there is user-data, each builder passes it on.
fn template(has_user_data: bool) -> String {
    if !has_user_data {
        return TEMPLATE.to_owned();
    }
    TEMPLATE.replace(BUILDER, &format!("{BUILDER}{PASSED_ON}"))
}

/// The folder for `packer build`. The document must have been compiled for the phase that bakes an image.
#[must_use]
pub fn packer(made: &Output) -> OutputFolder {
    // cloud-init applies the user's own cloud-config to the machine that becomes the image.
    let user_data = encode_own(&made.rendered.own);
    let bake = Item { mode: Mode::EXECUTABLE, bytes: script(made, Phase::Bake).into_bytes() };
    [
        ("firstlight.pkr.hcl", Item::text(template(user_data.is_some()))),
        ("plugins.pkr.hcl", Item::text(PLUGINS)),
        ("bake.sh", bake),
    ]
    .into_iter()
    .chain(user_data.map(|text| (USER_DATA, Item::text(text))))
    .map(|(name, item)| (name.to_owned(), item))
    .collect()
}
