"""HashiCorp Vault or OpenBao: a key-value store version 2.

The first credential is an AppRole's secret id with its role id, or a wrapped token. That can be unwrapped only once; so
what was in it is kept, for root alone, until the operator brings another one.
"""

import hashlib
import json
from typing import NamedTuple

from firstlight import paths
from firstlight.asking import ask, text
from firstlight.errors import Final, Later
from firstlight.http import Request, Response
from firstlight.secret import Secret
from firstlight.site import Reference

from . import Means, clean, resolve


def read(reference: Reference, means: Means) -> Secret:
    """The value at the key.

    Raises:
        Later: the first credential is not there yet, or Vault does not answer, or is sealed.
        Final: Vault refuses, or has nothing there.
    """
    vault = _Vault(reference, means)
    token = vault.logged_in() if reference.role_id else vault.unwrapped()
    what = f"put {reference.where} there, in a store of version 2, allow it in the policy, or"
    response = vault.ask("GET", reference.path, what, token)
    return clean(text(response, "Vault", "data", "data", reference.key).encode(), reference.where)


class _Vault(NamedTuple):
    """One Vault, and how its token is come by."""

    reference: Reference
    means: Means

    def ask(self, method: str, path: str, what: str, token: str = "", **body: str) -> Response:
        headers = {"X-Vault-Token": token} if token else {}
        data = json.dumps(body).encode() if body else None
        request = Request(method, f"{self.reference.address}/v1/{path}", headers, data)
        response = ask(self.means.http, request, "Vault")
        if response.status != 200:
            first = self.reference.first.where
            raise Final(f"Vault refuses us (status {response.status}): {what} bring a new first credential: {first}")
        return response

    def first(self) -> bytes:
        return resolve(self.reference.first, self.means).reveal()

    def logged_in(self) -> str:
        """Each time anew: such tokens do not last."""
        role = self.reference.role_id
        what = f"it does not know the role id {role} with our secret id;"
        response = self.ask("POST", "auth/approle/login", what, role_id=role, secret_id=self.first().decode())
        return text(response, "Vault", "auth", "client_token")

    def unwrapped(self) -> str:
        """The token that is kept, unless another wrapped one has been brought since."""
        disk = self.means.disk
        content = disk.read(paths.VAULT_TOKEN)
        kept = content.data if content else b"\n"
        # The second line, which an earlier host side did not write, is the sha256 of the wrapped token.
        token, _, origin = kept.decode("latin-1").strip().partition("\n")
        try:
            brought = self.first()
        except (Later, Final):
            # Used up, it need not lie around any more.
            if not token:
                raise
            return token
        digest = hashlib.sha256(brought).hexdigest()
        if token and origin in (digest, ""):
            return token
        # A disk that is full is noticed while there is still something to unwrap.
        disk.write(paths.VAULT_TOKEN, kept, 0o600)
        what = "the wrapped token is over, or unwrapped already; if not by you, revoke what was in it, then"
        response = self.ask("POST", "sys/wrapping/unwrap", what, brought.decode())
        token = text(response, "Vault", "auth", "client_token")
        disk.write(paths.VAULT_TOKEN, f"{token}\n{digest}\n".encode(), 0o600)
        return token
