"""Asks a registry for an image before anything is pulled: whether it is there, and whether our login opens it.

The dance is the distribution specification's: a request that is refused says where a token is to be had; the token
opens the same request. What goes wrong is said in seconds, with the remedy.
"""

import re
from base64 import b64encode
from typing import NamedTuple
from urllib.parse import urlencode

from .asking import ask, text
from .errors import Final
from .http import Http, Request
from .secret import Secret
from .words import plain

HUB = "docker.io"
"""The registry where an image names none."""

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


class Image(NamedTuple):
    """An image of a registry."""

    registry: str
    """Its host, `docker.io` where none is named."""
    name: str
    """The repository there; on Docker Hub always with its owner, `library` where none is named."""
    version: str
    """A digest if there is one, else a tag."""


class Login(NamedTuple):
    """Who one is at a registry."""

    user: str
    token: Secret
    where: str
    """Where the token comes from, in words."""

    def pair(self) -> str:
        """User and token as registries and Docker want them: a secret, too."""
        return b64encode(f"{self.user}:".encode() + self.token.reveal()).decode()


def in_docker(registry: str) -> str:
    """By what Docker finds a registry's login: it has a name of its own for Docker Hub."""
    return "https://index.docker.io/v1/" if registry == HUB else registry


def parse(name: str) -> Image:
    """Takes an image's name apart as Docker does: `[HOST/]PATH[:TAG][@sha256:DIGEST]`.

    What is none is not told from one here: the registry does not have it.
    """
    path, _, digest = plain(name).partition("@")
    host, slash, rest = path.partition("/")
    if not slash or not re.search(r"[.:]|^localhost$", host):
        host, rest = HUB, path
    rest, _, tag = rest.partition(":")
    if host == HUB and "/" not in rest:
        rest = f"library/{rest}"
    return Image(host, rest, digest or tag or "latest")


def host(registry: str) -> str:
    """Where a registry answers: Docker Hub does under another name than that in the names of its images."""
    return "registry-1.docker.io" if registry == HUB else registry


def digest(http: Http, image: Image, login: Login | None) -> str:
    """The digest of the image as it is at the registry now, to be compared and not to be shown: it is foreign text.
    Nothing if the registry does not say it.

    Raises:
        Later: the registry does not answer, or asks for fewer questions.
        Final: it refuses the login or the image, or has no such image.
    """
    url = f"https://{host(image.registry)}/v2/{image.name}/manifests/{image.version}"
    request = Request("HEAD", url, {"Accept": _KINDS}, timeout=30.0)
    response, knows_us = ask(http, request, image.registry), True
    if response.status == 401:
        proof, knows_us = _proof(http, image, login, response.headers.get("www-authenticate", ""))
        response = ask(http, request._replace(headers={**request.headers, **proof}), image.registry)
    if response.status != 200:
        raise _refusal(image, login, response.status, knows_us=knows_us or response.status != 401)
    return response.headers.get("docker-content-digest", "")


def _proof(http: Http, image: Image, login: Login | None, challenge: str) -> tuple[dict[str, str], bool]:
    """The header that opens the door, and whether the registry knows our login by now."""
    proof = {"Authorization": f"Basic {login.pair()}"} if login else {}
    bearer = re.search("(?is)bearer (.*)", challenge)
    if not bearer:
        return proof, False
    # Of each the first counts: another challenge may follow.
    known = dict(reversed(re.findall('(realm|service|scope)="([^"]*)"', bearer[1])))
    realm = known.pop("realm", "")
    if not realm.startswith("https://"):
        raise Final(f"{image.registry} names no https:// address for its tokens: is it a registry?")
    query = urlencode({"scope": f"repository:{image.name}:pull", **known})
    who = f"the token service of {image.registry}"
    response = ask(http, Request("GET", f"{realm}{'&' if '?' in realm else '?'}{query}", proof, timeout=30.0), who)
    if response.status != 200:
        raise _refusal(image, login, response.status, knows_us=False)
    try:
        token = text(response, who, "token")
    except Final:
        token = text(response, who, "access_token")
    return {"Authorization": f"Bearer {token}"}, True


def _refusal(image: Image, login: Login | None, status: int, *, knows_us: bool) -> Final:
    who, what = image.registry, f"{image.name}:{image.version} (status {status})"
    if knows_us and status not in (401, 403):
        return Final(f"{who} has no {what}, or does not show it to us: look at its name and tag")
    if not login:
        return Final(f"{who} shows nobody {what}: if it is private, make the document again, with the option --token")
    kind = "token that may pull"
    if who == "ghcr.io":
        kind = "classic token with read:packages (GitHub refuses fine-grained ones there)"
    if knows_us:
        return Final(f"{who} does not let {login.user} read {what}: replace {login.where} by a {kind}")
    return Final(f"{who} does not take our token for {login.user} (status {status}): replace {login.where} by a {kind}")
