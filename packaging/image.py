"""A container image for several architectures, made without a daemon: an OCI layout in one tar archive.

https://github.com/opencontainers/image-spec: image-layout.md, image-index.md, manifest.md, config.md, layer.md.
"""

import hashlib
import json
import time
from typing import Any

import archive
from archive import Entry
from source import Source

ARCHITECTURES = {"x86_64-unknown-linux-gnu": "amd64", "aarch64-unknown-linux-gnu": "arm64"}
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
USER = 65532
"""Nobody's on a usual system; what other images without a system use for this, too."""


def digest(content: bytes) -> str:
    """As descriptors name contents."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def encoded(value: dict[str, Any]) -> bytes:
    """JSON, always the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


class Layout:
    """The blobs of an image, and what refers to them."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def add(self, media_type: str, content: bytes) -> dict[str, Any]:
        """Stores a blob and returns its descriptor."""
        name = digest(content)
        self.blobs[name] = content
        return {"mediaType": media_type, "digest": name, "size": len(content)}


def root(program: bytes, licenses: bytes, ours: bytes) -> list[Entry]:
    """The whole file system: no shell, no library."""
    return [
        Entry("usr/bin/firstlight", program, 0o755),
        Entry("usr/share/doc/firstlight/copyright", ours + b"\n" + licenses),
        Entry("etc/passwd", f"firstlight:x:{USER}:{USER}::/work:/usr/bin/firstlight\n".encode()),
        Entry("etc/group", f"firstlight:x:{USER}:\n".encode()),
        Entry("tmp", None, 0o1777),
        Entry("work", None, 0o755),
    ]


def image(source: Source, programs: dict[str, bytes], licenses: bytes) -> bytes:
    """The archive with the image for the target of each program."""
    layout = Layout()
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(source.epoch))
    labels = {
        "org.opencontainers.image.title": "firstlight",
        "org.opencontainers.image.description": str(source.package["description"]),
        "org.opencontainers.image.version": source.version,
        "org.opencontainers.image.licenses": str(source.package["license"]),
        "org.opencontainers.image.source": source.repository,
        "org.opencontainers.image.created": created,
    }
    manifests = []
    for target, program in programs.items():
        layer = archive.tar(root(program, licenses, (source.folder / "LICENSE").read_bytes()), source.epoch)
        platform = {"architecture": ARCHITECTURES[target], "os": "linux"}
        config = {
            **platform,
            "created": created,
            "config": {
                "User": f"{USER}:{USER}",
                "Entrypoint": ["/usr/bin/firstlight"],
                "Env": ["PATH=/usr/bin"],
                "WorkingDir": "/work",
                "Labels": labels,
            },
            "rootfs": {"type": "layers", "diff_ids": [digest(layer)]},
            "history": [{"created": created, "created_by": "packaging/image.py"}],
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": layout.add(CONFIG, encoded(config)),
            "layers": [layout.add(LAYER, archive.compressed(layer))],
            "annotations": labels,
        }
        manifests.append({**layout.add(MANIFEST, encoded(manifest)), "platform": platform})
    platforms = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests, "annotations": labels}
    named = {
        **layout.add(INDEX, encoded(platforms)),
        "annotations": {"org.opencontainers.image.ref.name": source.version},
    }
    top = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [named]}
    blobs = [Entry(f"blobs/{name.replace(':', '/')}", content) for name, content in layout.blobs.items()]
    return archive.tar(
        [Entry("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'), Entry("index.json", encoded(top)), *blobs],
        source.epoch,
    )
