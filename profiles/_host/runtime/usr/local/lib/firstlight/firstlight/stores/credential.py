"""`credential://NAME`: systemd hands it to the unit, from /etc/credstore, the hypervisor or the boot loader."""

from __future__ import annotations

from firstlight.errors import Final
from firstlight.reference import Credential
from firstlight.secret import Secret

from .means import Means
from .value import clean


def read(reference: Credential, means: Means) -> Secret:
    """What systemd has put beside the unit; it cannot come later, for systemd does that only as the unit starts.

    Raises:
        Final: there is none of that name, or it is empty or no text.
    """
    name, folder = reference.name, means.credentials
    content = means.disk.read(folder / name) if folder else None
    if content is None:
        raise Final(
            f"the systemd credential {name} is not there: put it into /etc/credstore/{name}, then run, as root:"
            " firstlight apply"
        )
    return clean(content.data, f"the systemd credential {name}")
