terraform {
  required_providers {
    azurerm = {
      source = "hashicorp/azurerm"
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

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "web" {
  name     = "firstlight"
  location = "germanywestcentral"
}

resource "azurerm_virtual_network" "web" {
  name                = "firstlight"
  resource_group_name = azurerm_resource_group.web.name
  location            = azurerm_resource_group.web.location
  address_space       = ["10.0.0.0/16"]
}

resource "azurerm_subnet" "web" {
  name                 = "firstlight"
  resource_group_name  = azurerm_resource_group.web.name
  virtual_network_name = azurerm_virtual_network.web.name
  address_prefixes     = ["10.0.0.0/24"]
}

resource "azurerm_network_security_group" "web" {
  name                = "firstlight"
  resource_group_name = azurerm_resource_group.web.name
  location            = azurerm_resource_group.web.location

  security_rule {
    name                       = "tcp"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "*"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_ranges    = ["22", "80", "443"]
  }

  security_rule {
    name                       = "http3"
    priority                   = 110
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Udp"
    source_address_prefix      = "*"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_range     = "443"
  }
}

resource "azurerm_subnet_network_security_group_association" "web" {
  subnet_id                 = azurerm_subnet.web.id
  network_security_group_id = azurerm_network_security_group.web.id
}

resource "azurerm_public_ip" "host" {
  for_each = module.firstlight.hosts

  name                = replace(each.key, ".", "-")
  resource_group_name = azurerm_resource_group.web.name
  location            = azurerm_resource_group.web.location
  allocation_method   = "Static"
}

resource "azurerm_network_interface" "host" {
  for_each = module.firstlight.hosts

  name                = replace(each.key, ".", "-")
  resource_group_name = azurerm_resource_group.web.name
  location            = azurerm_resource_group.web.location

  ip_configuration {
    name                          = "public"
    subnet_id                     = azurerm_subnet.web.id
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = azurerm_public_ip.host[each.key].id
  }
}

resource "azurerm_linux_virtual_machine" "host" {
  for_each = module.firstlight.hosts

  name                  = replace(each.key, ".", "-")
  resource_group_name   = azurerm_resource_group.web.name
  location              = azurerm_resource_group.web.location
  size                  = "Standard_B1s"
  admin_username        = "firstlight"
  network_interface_ids = [azurerm_network_interface.host[each.key].id]
  custom_data           = module.firstlight.user_data_base64[each.key]

  admin_ssh_key {
    username   = "firstlight"
    public_key = var.ssh_public_key
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "StandardSSD_LRS"
  }

  source_image_reference {
    publisher = "Canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
    version   = "latest"
  }

  # Terraform would replace the server with all its data for a changed document or key. Apply a document to a running
  # server with `firstlight apply`; to create the server again:
  # terraform apply -replace='azurerm_linux_virtual_machine.host["HOST"]'
  lifecycle {
    ignore_changes = [custom_data, admin_ssh_key]
  }
}

output "addresses" {
  description = "The address to which each host's DNS record must point"
  value       = { for host, address in azurerm_public_ip.host : host => address.ip_address }
}
