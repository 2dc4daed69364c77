"""The compose file from a GitHub repository, for which the token needs to read the repository."""

from pathlib import PurePosixPath

from . import stores
from .asking import ask
from .errors import Final, Later
from .http import Request
from .site import Site
from .stores import Means


def fetch(means: Means, site: Site) -> None:
    """Puts the file at the branch where the site's compose file is.

    Raises:
        Final: the token may not read it, or it is not there.
        Later: GitHub does not answer, or not with a file.
    """
    repository, token = site.repository, site.token
    if not repository or not token:
        return
    url = f"https://api.github.com/repos/{repository.name}/contents/{repository.file}?ref={repository.branch}"
    bearer = f"Bearer {stores.resolve(token, means).reveal().decode()}"
    headers = {"Accept": "application/vnd.github.raw", "Authorization": bearer}
    response = ask(means.http, Request("GET", url, headers), "GitHub")
    status = response.status
    if status != 200 or not response.body.strip():
        # It says 404 for what a token may not see, too, and 403 to those who ask too often.
        raise (Later if status in (200, 403) else Final)(
            f"GitHub does not show us {repository.file} of {repository.name} at {repository.branch} (status {status}):"
            " is it there, and has the token the scope repo?"
        )
    path = PurePosixPath(site.compose[0])
    there = means.disk.read(path)
    if not there or there.data != response.body:
        means.disk.write(path, response.body, 0o644)
