"""Makes sure that Docker may pull, before it tries: the token is fetched, tried out, and laid where Docker finds it."""

import json
from collections.abc import Sequence

from . import paths, registry, stores
from .site import Site
from .stores import Means


def gain(means: Means, site: Site, images: Sequence[str]) -> None:
    """By one try. Only images of the site's own registry are asked for; the login is for that one alone.

    Raises:
        Later: the token is not there yet, or a store or the registry does not answer now.
        Final: the token cannot be had, or does not open the registry or one of the images.
    """
    token = site.token
    login = registry.Login(site.registry_user, stores.resolve(token, means), token.where) if token else None
    for image in map(registry.parse, images):
        if image.registry == site.registry:
            registry.digest(means.http, image, login)
    if not login:
        return
    # Docker makes it, open to all, for a container that it starts at boot.
    means.disk.folder(paths.LOGIN, 0o700)
    # In memory, and root's alone; whom it was given to keeps it.
    data = json.dumps({"auths": {registry.in_docker(site.registry): {"auth": login.pair()}}}).encode()
    there = means.disk.read(paths.DOCKER_LOGIN)
    if not there or there.data != data:
        means.disk.write(paths.DOCKER_LOGIN, data, 0o600, there.owner if there else None)
