"""Makes sure that Docker may pull, before it tries: the token is fetched, tried out, and laid where Docker finds it."""

from __future__ import annotations

from collections.abc import Sequence

from . import image, login, registry, stores
from .login import Login
from .site import Site
from .stores.means import Means
from .stores.place import place


def gain(means: Means, site: Site, images: Sequence[str]) -> None:
    """By one try. Only images of the site's own registry are asked for; the login is for that one alone.

    Raises:
        Later: the token is not there yet, or a store or the registry does not answer now.
        Final: the token cannot be had, or does not open the registry or one of the images.
    """
    ours = Login(site.registry_user, stores.resolve(site.token, means), place(site.token))
    for one in map(image.parse, images):
        if one.registry == site.registry:
            registry.digest(means.http, one, ours)
    login.write(means.disk, site.registry, ours)
