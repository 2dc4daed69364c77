"""Where a secret is, in words for whoever has to replace it."""

from __future__ import annotations

from firstlight import reference as r
from firstlight.reference import Reference


def place(reference: Reference) -> str:
    """Such as `/etc/firstlight/ghcr-token`."""
    match reference:
        case r.File() | r.Embedded():
            words = str(reference.path)
        case r.Credential():
            words = f"the systemd credential {reference.name}"
        case r.AwsParameter() | r.AwsSecret():
            words = f"{reference.name} at AWS in {reference.region}"
        case r.GoogleSecret():
            words = f"the secret {reference.name} of Google's project {reference.project}"
        case r.AzureSecret():
            words = f"the secret {reference.name} of Azure's vault {reference.vault}"
        case r.VaultSecret():
            words = f"{reference.mount}/{reference.path} of Vault at {reference.address}"
        case _:
            words = "what is made on this server"
    return words
