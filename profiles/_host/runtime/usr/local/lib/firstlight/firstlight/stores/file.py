"""`file:///PATH`: the operator brings it, some time."""

from __future__ import annotations

from firstlight.errors import Later
from firstlight.reference import File
from firstlight.secret import Secret

from .means import Means
from .value import clean


def read(reference: File, means: Means) -> Secret:
    """The file's content; the file becomes root's alone if it is not.

    Raises:
        Later: it is not there, or empty.
        Final: it is a link, no file, not text, or cannot be made root's alone.
    """
    path = reference.path
    content = means.disk.read(path)
    if content is None:
        raise Later(f"{path} is not there: copy it to this server")
    if not content.data.strip(b"\r\n"):
        raise Later(f"{path} is empty: copy it to this server once more")
    means.disk.make_private(path)
    return clean(content.data, str(path))
