"""`vault://MOUNT/PATH?address=URL&…#KEY`: HashiCorp Vault or OpenBao, a key-value store version 2.

The first credential is an AppRole's secret id with its role id, or a wrapped token. That can be unwrapped only once; so
what was in it is kept, for root alone, until the operator brings another one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from firstlight import paths
from firstlight.asking import Json, ask, is_token, status
from firstlight.errors import Final, Later
from firstlight.http import Request, Response
from firstlight.reference import AppRole, Credential, File, VaultSecret, Wrapped
from firstlight.secret import Secret

from . import credential, file
from .means import Means
from .place import place
from .value import clean


def read(reference: VaultSecret, means: Means) -> Secret:
    """The value at the key.

    Raises:
        Later: the first credential is not there yet, or Vault does not answer, or is sealed.
        Final: Vault refuses, or has nothing there.
    """
    vault = _Vault(reference, means)
    token = vault.approle(reference.first) if isinstance(reference.first, AppRole) else vault.unwrapped(reference.first)
    response = vault.ask("GET", f"{reference.mount}/data/{reference.path}", token)
    where = f"{reference.mount}/{reference.path}"
    if response.status == 404:
        raise Final(f"{vault.who} has nothing at {where} {status(response)}: put it there; the store must be version 2")
    if response.status != 200:
        raise Final(
            f"{vault.who} does not let us read {where} {status(response)}: allow it in the policy, or bring a new first"
            f" credential: {place(_source(reference.first))}"
        )
    return clean(Json(response, vault.who).text("data", "data", reference.key).encode(), f"{where}#{reference.key}")


def _source(first: AppRole | Wrapped) -> File | Credential:
    return first.secret_id if isinstance(first, AppRole) else first.token


@dataclass(frozen=True)
class _Vault:
    """One Vault, and how its token is come by."""

    reference: VaultSecret
    means: Means

    @property
    def who(self) -> str:
        return f"Vault at {self.reference.address}"

    def ask(self, method: str, path: str, token: str | None = None, body: dict[str, str] | None = None) -> Response:
        headers = {} if token is None else {"X-Vault-Token": token}
        data = None if body is None else json.dumps(body).encode()
        response = ask(self.means.http, Request(method, f"{self.reference.address}/v1/{path}", headers, data), self.who)
        if response.status == 412:
            # A standby that has not heard yet what its leader knows.
            raise Later(f"{self.who} is not up to date with itself {status(response)}")
        return response

    def approle(self, first: AppRole) -> str:
        """Logs in, each time anew: such tokens do not last."""
        secret = self._first(first).reveal().decode()
        response = self.ask("POST", "auth/approle/login", body={"role_id": first.role_id, "secret_id": secret})
        if response.status != 200:
            raise Final(
                f"{self.who} does not take the role id {first.role_id} with the secret id that we have"
                f" {status(response)}: make a new secret id, and bring it: {place(_source(first))}"
            )
        return Json(response, self.who).token("auth", "client_token")

    def unwrapped(self, first: Wrapped) -> str:
        """The token that is kept, unless another wrapped one has been brought since."""
        kept = _Kept.read(self.means)
        try:
            brought = self._first(first)
        except (Later, Final):
            # Used up, it need not lie around any more.
            if kept is None:
                raise
            return kept.token
        origin = hashlib.sha256(brought.reveal()).hexdigest()
        if kept and kept.origin in (origin, ""):
            return kept.token
        token = self._unwrap(brought, first)
        _Kept(origin, token).write(self.means)
        return token

    def _unwrap(self, brought: Secret, first: Wrapped) -> str:
        wrapped = brought.reveal().decode()
        if not is_token(wrapped):
            raise Final(f"what has been brought is no wrapped token, which is one line: {place(_source(first))}")
        # A disk that is full is noticed while there is still something to unwrap.
        _Kept.probe(self.means)
        response = self.ask("POST", "sys/wrapping/unwrap", wrapped)
        if response.status != 200:
            raise Final(
                f"{self.who} does not take the wrapped token {status(response)}: its time is over, or it has been"
                " unwrapped already. If it was not you, somebody else has what was in it: revoke that. Then bring a new"
                f" one: {place(_source(first))}"
            )
        return Json(response, self.who).token("auth", "client_token")

    def _first(self, first: AppRole | Wrapped) -> Secret:
        source = _source(first)
        return file.read(source, self.means) if isinstance(source, File) else credential.read(source, self.means)


@dataclass(frozen=True)
class _Kept:
    """What a wrapped token held."""

    origin: str
    """The sha256 of the wrapped token, which is of no use any more; nothing if it is not known."""
    token: str

    @staticmethod
    def read(means: Means) -> _Kept | None:
        content = means.disk.read(paths.VAULT_TOKEN)
        text = content.data.decode("utf-8", "replace").strip() if content else ""
        try:
            known = json.loads(text)
            return _Kept(str(known["origin"]), str(known["token"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            # The token alone: the host side in bash kept it so.
            return _Kept("", text) if text else None

    def write(self, means: Means) -> None:
        data = json.dumps({"origin": self.origin, "token": self.token})
        means.disk.write(paths.VAULT_TOKEN, data.encode() + b"\n", 0o600)

    @staticmethod
    def probe(means: Means) -> None:
        before = means.disk.read(paths.VAULT_TOKEN)
        means.disk.write(paths.VAULT_TOKEN, before.data if before else b"\n", 0o600)
