"""Where secrets come from: one module a store, and this one, which knows which.

A document carries only the stores that it names; so each is imported only where it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from firstlight import reference as r
from firstlight.errors import Final
from firstlight.reference import Reference
from firstlight.secret import Secret

from .means import Means

_MODULES: dict[type, str] = {
    r.Generated: "here",
    r.DockerGroup: "here",
    r.File: "file",
    r.Credential: "credential",
    r.AwsParameter: "awsssm",
    r.AwsSecret: "awssecrets",
    r.GoogleSecret: "gcpsecrets",
    r.AzureSecret: "azurekeyvault",
    r.VaultSecret: "vault",
    r.Embedded: "embedded",
}


def resolve(reference: Reference, means: Means) -> Secret:
    """Fetches a secret, by one try. It is never empty; ends of lines around it are not part of it.

    Raises:
        Later: it is not there yet, or the store does not answer now.
        Final: it cannot be had this way; the message says what to change.
    """
    name = _MODULES.get(type(reference))
    if name is None:
        raise Final("a secret is needed here, and the document says that there is none: make it anew with one")
    try:
        module = import_module(f".{name}", __name__)
    except ModuleNotFoundError:
        raise Final(
            f"this server has no part for the store {name}: make the document anew with firstlight render"
        ) from None
    return cast("Callable[[Reference, Means], Secret]", module.read)(reference, means)
