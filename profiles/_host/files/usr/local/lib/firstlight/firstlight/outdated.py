"""Does the registry have another image than the one that runs? Carried where an application updates itself."""

from __future__ import annotations

import json
from base64 import b64decode
from contextlib import suppress

from . import paths, registry
from .compose import Compose
from .disk import Disk
from .errors import Final, Later
from .secret import Secret
from .site import Site
from .stores import Means


def outdated(means: Means, site: Site) -> str:
    """A note for `status`, with the login that updates use. No answer is no news."""
    with suppress(Final, Later, LookupError):
        found = Compose(means.system, site).find()
        image = registry.parse(found["Config"]["Image"])
        there = registry.digest(means.http, image, _login(means.disk, image.registry))
        here = means.system.docker(f"/images/{found['Image']}/json")
        if there.encode() not in here.out:
            return "The registry has another image than the one that runs: an update failed, or nobody asked for it."
    return ""


def _login(disk: Disk, host: str) -> registry.Login | None:
    """The one for this registry and no other. The application can write to the file: whatever is wrong with it, there
    is none.
    """
    with suppress(Final, LookupError, ValueError, TypeError, RecursionError):
        auth = json.loads(disk.data(paths.DOCKER_LOGIN))["auths"][registry.in_docker(host)]["auth"]
        user, _, token = b64decode(auth).partition(b":")
        return registry.Login(user.decode(), Secret(token), "")
    return None
