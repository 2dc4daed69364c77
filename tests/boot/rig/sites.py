"""The sites a first boot talks to, as far as it can tell them from the real ones."""

import base64
import mimetypes
import re
from pathlib import Path
from urllib.parse import unquote

from .http import Reply, Request, proxy, reply

GHCR = "ghcr.io"
HUB = "registry-1.docker.io"
GITHUB = "api.github.com"
FILES = "files.example.com"
ACME = "acme-v02.api.letsencrypt.org"
ACME_STAGING = "acme-staging-v02.api.letsencrypt.org"
APT = ("deb.debian.org", "security.debian.org")


class Ghcr:
    """GitHub's registry: a token service in front of a registry; a PAT logs in, and may pull what it was given."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.accounts: dict[str, set[str]] = {}  # PAT → the repositories it may pull
        self.refusal = 401  # what a wrong PAT meets; GitHub has answered 403 as well
        self.public = False  # whether anybody may pull

    def __call__(self, request: Request) -> Reply:
        if request.path == "/token":
            return self.token(request)
        if not request.path.startswith("/v2/"):
            return reply(404)
        found = re.match(r"/v2/(.+)/(?:manifests|blobs|tags)/", request.path)
        wanted = found[1] if found else None
        granted = self.granted(request)
        if granted is None:
            scope = f',scope="repository:{wanted}:pull"' if wanted else ""
            challenge = f'Bearer realm="https://{GHCR}/token",service="{GHCR}"{scope}'
            return error(401, "UNAUTHORIZED", "authentication required", WWW_Authenticate=challenge)
        if wanted and wanted not in granted:
            return error(403, "DENIED", "requested access to the resource is denied")
        return proxy(request, self.port)

    def token(self, request: Request) -> Reply:
        """The PAT comes as a basic-auth password; the token that goes back names what it may read."""
        pat = password(request.headers.get("Authorization", ""))
        if pat is None and self.public:
            return reply(200, {"token": "anonymous", "expires_in": 300})
        if pat is None:
            return error(401, "UNAUTHORIZED", "authentication required")
        if pat not in self.accounts:
            return error(self.refusal, "DENIED", "denied")
        wanted = re.fullmatch(r"repository:(.+):pull", request.query.get("scope", ""))
        if wanted and wanted[1] not in self.accounts[pat]:
            return error(403, "DENIED", "requested access to the resource is denied")
        return reply(200, {"token": base64.b64encode(pat.encode()).decode(), "expires_in": 300})

    def granted(self, request: Request) -> set[str] | None:
        """What the bearer may read: looked up at each use, so that a revoked PAT stops at once."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if self.public and token:
            return set().union(*self.accounts.values())
        if kind == "Basic":
            return self.accounts.get(password(f"Basic {token}") or "")
        return self.accounts.get(base64.b64decode(token).decode()) if kind == "Bearer" else None


def error(status: int, code: str, message: str, **headers: str) -> Reply:
    """A registry's way of saying no."""
    return reply(status, {"errors": [{"code": code, "message": message}]}, **headers)


def password(authorization: str) -> str | None:
    kind, _, value = authorization.partition(" ")
    return base64.b64decode(value).decode().partition(":")[2] if kind == "Basic" else None


class Hub:
    """Docker Hub's public images, with no account."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, request: Request) -> Reply:
        public = request.path == "/v2/" or request.path.startswith("/v2/library/")
        return proxy(request, self.port) if public else error(404, "NAME_UNKNOWN", "repository not known")


class Github:
    """The contents API of private repositories."""

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.files: dict[str, bytes] = {}  # OWNER/REPO/PATH

    def __call__(self, request: Request) -> Reply:
        token = request.headers.get("Authorization", "").partition(" ")[2]
        if token not in self.tokens:
            return reply(401 if token else 404, {"message": "Bad credentials" if token else "Not Found"})
        found = re.fullmatch(r"/repos/([^/]+/[^/]+)/contents/(.+)", request.path)
        data = self.files.get(f"{found[1]}/{found[2]}") if found else None
        if data is None:
            return reply(404, {"message": "Not Found"})
        if "raw" in request.headers.get("Accept", ""):
            return reply(200, data)
        return reply(200, {"encoding": "base64", "content": base64.encodebytes(data).decode()})


class Acme:
    """Let's Encrypt's address for pebble, whose directory has another name."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, request: Request) -> Reply:
        target = "/dir" if request.path == "/directory" else None
        return proxy(request, self.port, tls=True, target=target)


class Files:
    """A folder, as a mirror serves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def __call__(self, request: Request) -> Reply:
        path = (self.folder / unquote(request.path).lstrip("/")).resolve()
        if not (path.is_file() and path.is_relative_to(self.folder)):
            return reply(404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return Reply(200, open(path, "rb"), path.stat().st_size, [("Content-Type", kind)])
