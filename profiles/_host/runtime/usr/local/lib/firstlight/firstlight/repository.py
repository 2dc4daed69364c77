"""The compose file from a GitHub repository, for which the token needs to read the repository."""

from __future__ import annotations

from pathlib import PurePosixPath

from .disk import Disk, Owner
from .errors import Final, Later
from .http import Http, Request
from .secret import Secret
from .site import Repository
from .words import plain

_MODE = 0o644


def fetch(disk: Disk, http: Http, repository: Repository, token: Secret, *, path: PurePosixPath, owner: Owner) -> None:
    """Puts the file at the branch where the site's compose file is.

    Raises:
        Final: the token may not read it, or it is not there.
        Later: GitHub does not answer, or not with a file.
    """
    name = f"{repository.name}/{repository.file} at {repository.branch}"
    headers = {"Accept": "application/vnd.github.raw", "Authorization": f"Bearer {token.reveal().decode('latin-1')}"}
    url = f"https://api.github.com/repos/{repository.name}/contents/{repository.file}?ref={repository.branch}"
    response = http.send(Request("GET", url, headers))
    if response.status == 404:
        # GitHub says so for what a token may not see, too.
        raise Final(f"GitHub has no {name}, or the token may not read it: it needs the scope repo")
    limited = response.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in response.headers
    if response.status in (401, 403) and not limited:
        raise Final(f"GitHub refuses the token for {name} ({response.status}): it needs the scope repo; replace it")
    if response.status != 200 or not response.body.strip():
        raise Later(f"GitHub answers {response.status} for {plain(name)}, without a file")
    there = disk.read(path)
    if there is None or there.data != response.body:
        disk.write(path, response.body, _MODE, owner)
