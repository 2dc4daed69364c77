"""`terraform://NAME`, `env://NAME`: came with the document."""

from __future__ import annotations

from firstlight.errors import Final
from firstlight.reference import Embedded
from firstlight.secret import Secret

from .means import Means
from .value import clean


def read(reference: Embedded, means: Means) -> Secret:
    """What the document laid into root's own folder.

    Raises:
        Final: it is not there any more, or empty or no text.
    """
    content = means.disk.read(reference.path)
    if content is None:
        raise Final(f"{reference.path} has gone: write the secret into it, or bring the document to this server again")
    return clean(content.data, str(reference.path))
