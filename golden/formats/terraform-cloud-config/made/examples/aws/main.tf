terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
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

data "aws_ami" "debian" {
  most_recent = true
  owners      = ["136693071363"]

  filter {
    name   = "name"
    values = ["debian-13-amd64-*"]
  }
}

resource "aws_key_pair" "operator" {
  key_name   = "firstlight"
  public_key = var.ssh_public_key
}

resource "aws_security_group" "web" {
  name        = "firstlight"
  description = "SSH, HTTP and HTTPS"

  ingress {
    protocol         = "tcp"
    from_port        = 22
    to_port          = 22
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  ingress {
    protocol         = "tcp"
    from_port        = 80
    to_port          = 80
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  ingress {
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  ingress {
    protocol         = "udp"
    from_port        = 443
    to_port          = 443
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  egress {
    protocol         = "-1"
    from_port        = 0
    to_port          = 0
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_instance" "host" {
  for_each = module.firstlight.hosts

  ami                    = data.aws_ami.debian.id
  instance_type          = "t3.micro"
  key_name               = aws_key_pair.operator.key_name
  vpc_security_group_ids = [aws_security_group.web.id]
  # AWS accepts 16,384 bytes: render the module with --provider aws --set program=https://…, the program's address.
  user_data_base64       = module.firstlight.user_data_gzip_base64[each.key]

  tags = {
    Name = each.key
  }

  # Terraform would stop and start the server for a changed document, of which only `bootcmd` would then run, and would
  # replace the server with all its data for a newer image. Apply a document to a running server with
  # `firstlight apply`; to create the server again: terraform apply -replace='aws_instance.host["HOST"]'
  lifecycle {
    ignore_changes = [ami, user_data_base64]
  }
}

# The address that AWS gives to the server by itself would change each time the server is stopped and started.
resource "aws_eip" "host" {
  for_each = aws_instance.host

  instance = each.value.id
}

output "addresses" {
  description = "The address to which each host's DNS record must point"
  value       = { for host, address in aws_eip.host : host => address.public_ip }
}
