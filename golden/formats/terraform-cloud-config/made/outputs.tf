output "hosts" {
  description = "The hosts' names, for for_each"
  value       = local.hosts
}

output "user_data" {
  description = "User-data by host"
  value       = local.user_data
}

output "user_data_base64" {
  description = "User-data by host, as base64"
  value       = { for host, text in local.user_data : host => base64encode(text) }
}

output "user_data_gzip_base64" {
  description = "User-data by host, as base64 of gzip"
  value       = { for host, text in local.user_data : host => base64gzip(text) }
}
