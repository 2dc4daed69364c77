"""`azurekeyvault://VAULT/SECRET`: Azure Key Vault, by the machine's managed identity."""

from __future__ import annotations

from firstlight.asking import SETTLES, Json, ask, code, status
from firstlight.errors import Final, Later
from firstlight.http import Request, Response
from firstlight.reference import AzureSecret
from firstlight.secret import Secret

from .means import Means
from .value import clean

_METADATA = "http://169.254.169.254/metadata/identity/oauth2/token"
_QUERY = "api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net"
_WHO = "the machine's metadata (169.254.169.254)"
_UPDATING = frozenset({404, 410})
"""Azure: the service is being updated, for at most 70 seconds."""


def read(reference: AzureSecret, means: Means) -> Secret:
    """The secret's newest version.

    Raises:
        Later: no identity or permission yet, the secret is not there yet, or Azure does not answer.
        Final: anything else that Azure refuses.
    """
    who, name = f"Azure Key Vault {reference.vault}", reference.name
    url = f"https://{reference.vault}.vault.azure.net/secrets/{name}?api-version=7.4"
    request = Request("GET", url, {"Authorization": f"Bearer {_token(means)}"})
    response = ask(means.http, request, who)
    if response.status != 200:
        raise _refusal(request, response, who, name)
    return clean(Json(response, who).text("value").encode(), f"the secret {name}")


def _refusal(request: Request, response: Response, who: str, name: str) -> Final | Later:
    told = status(response, code(request, response, "error", "code"))
    if response.status in (401, 403):
        return Later(
            f"{who} does not let us read {name} {told}: give the machine's managed identity the role Key Vault Secrets"
            f" User, and let the vault's network rules admit this machine; {SETTLES}"
        )
    if response.status == 404:
        return Later(f"{who} has no secret {name} {told}: create it there")
    return Final(f"{who} refuses {name} {told}: is the secret enabled?")


def _token(means: Means) -> str:
    request = Request("GET", f"{_METADATA}?{_QUERY}", {"Metadata": "true"}, timeout=10.0)
    try:
        response = ask(means.http, request, _WHO)
    except Later as error:
        raise Later(f"{error}; only a machine of Azure has a managed identity") from None
    if response.status in _UPDATING:
        raise Later(f"{_WHO} is being updated {status(response)}")
    if response.status != 200:
        # A new identity is not known there at once either.
        told = status(response, code(request, response, "error"))
        raise Later(f"{_WHO} has no token {told}: give this machine one managed identity, not several; {SETTLES}")
    return Json(response, _WHO).token("access_token")
