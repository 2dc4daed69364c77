variable "ghcr_token" {
  description = "A secret that the servers need"
  type        = string
  sensitive   = true
  nullable    = false

  validation {
    condition     = can(regex("^[^\\r\\n]+$", trimspace(var.ghcr_token)))
    error_message = "The secret ghcr_token must be one line that is not empty."
  }
}
