variable "ghcr_token" {
  description = "A secret that the servers need"
  type        = string
  sensitive   = true
  nullable    = false
}
