"""The NoCloud volume: user-data byte for byte, meta-data, and a tar of what a run adds to the image."""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from .shell import run

Overlay = Mapping[str, tuple[bytes, int]]  # path in the guest → content and mode, owned by root


def write(
    out: Path, user_data: bytes | None, overlay: Overlay, *, instance: str = "i-firstboot", network: str | None = None
) -> None:
    """An ISO image labelled cidata, as hypervisors without a metadata service hand user-data over; without user-data
    one that cloud-init leaves alone."""
    tree = out.with_suffix(".tree")
    tree.mkdir(exist_ok=True)
    if user_data is not None:
        (tree / "user-data").write_bytes(user_data)
        (tree / "meta-data").write_text(f"instance-id: {instance}\nlocal-hostname: vps\n")
    (tree / "rig.tar").write_bytes(pack(overlay))
    if network:
        (tree / "network-config").write_text(network)
    label = "rig" if user_data is None else "cidata"
    run(["genisoimage", "-quiet", "-V", label, "-J", "-R", "-o", out, tree])


def pack(overlay: Overlay) -> bytes:
    """The same bytes for the same overlay: the guest lays a tar it has seen only once."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for path, (content, mode) in sorted(overlay.items()):
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, io.BytesIO(content))
    return data.getvalue()
