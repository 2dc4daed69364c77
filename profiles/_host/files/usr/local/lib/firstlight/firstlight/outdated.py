"""Does the registry have another image than the one that runs? Carried where an application updates itself."""

import json
from base64 import b64decode
from contextlib import suppress

from . import paths, registry
from .compose import Compose
from .errors import Final, Later
from .secret import Secret
from .site import Site
from .stores import Means


def outdated(means: Means, site: Site) -> str:
    """A note for `status`, with the login that updates use. No answer is no news."""
    content = means.disk.read(paths.DOCKER_LOGIN)
    with suppress(Final, Later, LookupError):
        found = Compose(means.system, site).find()
        image, login = registry.parse(found["Config"]["Image"]), None
        for auth in json.loads(content.data)["auths"].values() if content else ():
            user, _, token = b64decode(auth["auth"]).partition(b":")
            login = registry.Login(user.decode(), Secret(token), "")
        there = registry.digest(means.http, image, login)
        here = means.system.run(["docker", "image", "inspect", "-f", "{{.RepoDigests}}", found["Image"]])
        if there.encode() not in here.out:
            return "The registry has another image than the one that runs: an update failed, or nobody asked for it."
    return ""
