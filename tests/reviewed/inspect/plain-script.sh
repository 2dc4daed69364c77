plain-script.sh: 50 bytes

Parts
  part-001                       50  script

What cloud-init does, in this order
  final    scripts_user                   runs part-001

Size
  fits: aws (16384), gcp (262144), azure (65535), digitalocean (65536), hetzner (32768), linode (16384), scaleway (127998), openstack (49149), exoscale (24573), oracle (23999), cloudstack (24576), vmware (49152), nocloud
  limit not known: vultr, infomaniak, ovh, upcloud, contabo, ionos, ibm, incus, libvirt, proxmox
exit code 0
