"""Asks a registry for an image before anything is pulled: whether it is there, and whether our login opens it.

The dance is the distribution specification's: a request that is refused says where a token is to be had; the token
opens the same request. What goes wrong is said in seconds, with the remedy.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode

from .asking import Json, ask, status
from .challenge import Challenge
from .challenge import parse as parse_challenge
from .errors import Final, Later
from .http import Http, Request, Response
from .image import Image, is_digest
from .login import Login

_KINDS = ", ".join(
    f"application/vnd.{kind}+json"
    for kind in (
        "oci.image.index.v1",
        "oci.image.manifest.v1",
        "docker.distribution.manifest.list.v2",
        "docker.distribution.manifest.v2",
    )
)
"""All of them: a registry says that an image is not there if its kind is not among those that are asked for."""

_SECONDS = 30.0


def digest(http: Http, image: Image, login: Login | None) -> str:
    """The digest of the image as it is at the registry now.

    Raises:
        Later: the registry does not answer, or asks for fewer questions.
        Final: it refuses the login or the image, or has no such image.
    """
    return _Dance(http, image, login).digest()


class _Dance:
    """The questions for one image, and what their answers mean."""

    def __init__(self, http: Http, image: Image, login: Login | None) -> None:
        self._http, self._image, self._login = http, image, login
        self._who = image.registry
        self._proof: str | None = None

    def digest(self) -> str:
        response = self._manifest("HEAD")
        if response.status == 401:
            self._proof = self._prove(parse_challenge(response.headers.get("www-authenticate", ""), self._who))
            response = self._manifest("HEAD")
        found = response.headers.get("docker-content-digest", "")
        if response.status == 200 and not is_digest(found):
            # The specification leaves that header to the registry; the digest is the manifest's.
            response = self._manifest("GET")
            found = f"sha256:{hashlib.sha256(response.body).hexdigest()}"
        if response.status != 200:
            raise self._refused(response)
        if self._image.is_pinned and found != self._image.version:
            raise Final(f"{self._who} has something else at {self._image}: do not trust it")
        return found

    def _manifest(self, method: str) -> Response:
        headers = {"Accept": _KINDS} | ({"Authorization": self._proof} if self._proof else {})
        url = f"https://{self._image.host}/v2/{self._image.name}/manifests/{self._image.version}"
        return ask(self._http, Request(method, url, headers, timeout=_SECONDS), self._who)

    def _prove(self, challenge: Challenge) -> str:
        """The header's value that opens the door."""
        basic = self._login and f"Basic {b64encode(self._login.pair()).decode()}"
        if challenge.realm is None:
            if not basic:
                raise self._private(401)
            return basic
        url = challenge.url(f"repository:{self._image.name}:pull")
        headers = {"Authorization": basic} if basic else {}
        response = ask(self._http, Request("GET", url, headers, timeout=_SECONDS), f"the token service of {self._who}")
        if response.status != 200:
            raise self._no_token(response)
        answer = Json(response, f"the token service of {self._who}")
        return f"Bearer {answer.token('token' if answer.has('token') else 'access_token')}"

    def _no_token(self, response: Response) -> Final:
        if response.status in (400, 401, 403, 404):
            return self._unknown(response.status) if self._login else self._private(response.status)
        return Final(f"the token service of {self._who} refuses {status(response)}: is this a registry?")

    def _refused(self, response: Response) -> Final | Later:
        login, image, told = self._login, self._image, status(response)
        if response.status == 404:
            unseen = ", or this login may not see it" if login else ", or it is private"
            return Final(f"{self._who} has no {image} {told}{unseen}: look at its name and tag")
        if response.status not in (401, 403):
            return Final(f"{self._who} refuses {image} {told}: is this a registry?")
        if login is None:
            return self._private(response.status)
        if self._proof is None:
            return Final(f"{self._who} turns this server away {told} without asking who it is: is its address blocked?")
        if response.status == 401 and self._proof.startswith("Basic "):
            return self._unknown(response.status)
        return Final(
            f"{self._who} takes the login of {login.user} and does not let it read {image} {told}: {self._kind()}"
            f" whose owner may read the image: replace {login.source}"
        )

    def _unknown(self, number: int) -> Final:
        login = self._login
        user, source = (login.user, login.source) if login else ("nobody", "nothing")
        return Final(
            f"{self._who} does not take the token as the one of {user} (status {number}): it may be mistyped, over or"
            f" revoked; {self._kind()}: replace {source}"
        )

    def _private(self, number: int) -> Final:
        return Final(
            f"{self._who} does not let anybody read {self._image} (status {number}): it is private, or not there. A"
            " private image? Then make the document again, with the option --token"
        )

    def _kind(self) -> str:
        """What sort of token it takes."""
        if self._who == "ghcr.io":
            return "it takes a classic token with read:packages (GitHub refuses fine-grained ones there)"
        return "it takes a token that may pull"
