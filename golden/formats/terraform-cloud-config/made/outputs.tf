output "hosts" {
  description = "The names of the hosts, for use with for_each"
  value       = local.hosts
}

output "user_data" {
  description = "The user-data of each host"
  value       = local.user_data
}

output "user_data_base64" {
  description = "The user-data of each host, as base64"
  value       = { for host, text in local.user_data : host => base64encode(text) }
}

output "user_data_gzip_base64" {
  description = "The user-data of each host, as base64 of gzip"
  value       = { for host, text in local.user_data : host => base64gzip(text) }
}
