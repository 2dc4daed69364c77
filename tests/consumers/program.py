"""The server's program in golden cases: markers stand for it in the documents (see CONTRIBUTING.md), and the golden trees
leave its modules out. Here both are complete again, so that the consumers read what a user gets."""
import base64
import gzip
import hashlib
import io
import re
import shutil
import tarfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FOLDER = "/usr/local/lib/firstlight/"
READABLE = REPOSITORY / "profiles/_host/files" / FOLDER.strip("/")
PACKED = REPOSITORY / "profiles/_host/packed" / FOLDER.strip("/")
ARCHIVE = re.compile(r"\{\{ runtime (\S+) \}\}")
MODULE = re.compile(r"^( *)\{\{ (\S+\.py) \}\}\n", re.MULTILINE)


def whole(case, golden, scratch):
    """A copy of a case in which documents have the program, and files/ and manifest are what the document brings."""
    copy = scratch / "whole" / case.parent.name / case.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(case, copy)
    for path in [copy / "user-data", *copy.glob("made/**/*")]:
        if path.is_file():
            path.write_bytes(without_markers(path.read_bytes(), golden))
    if (copy / "files").is_dir():
        place(copy)
    return copy


def without_markers(document, golden):
    try:
        text = document.decode()
    except UnicodeDecodeError:
        return document
    def module(found):
        lines = (READABLE / found[2]).read_text().splitlines(keepends=True)
        return "".join(line if line == "\n" else found[1] + line for line in lines)
    text = MODULE.sub(module, text)
    return ARCHIVE.sub(lambda found: (golden / "runtime" / f"{found[1]}.b64").read_text().strip(), text).encode()


def place(case):
    """Has the files of the program in a case's files/ and manifest that its document brings, and no others."""
    shutil.rmtree(case / "files" / FOLDER.strip("/"), ignore_errors=True)
    manifest = [line for line in (case / "manifest").read_text().splitlines() if f" {FOLDER}" not in line]
    for path, data in brought((case / "user-data").read_bytes()).items():
        target = case / "files" / path.strip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        manifest.append(f"0644 root:root {len(data)} {path}")
    (case / "manifest").write_text("\n".join(manifest) + "\n")


def brought(document):
    """The files of the program that a document must bring, from the modules in the repository."""
    if document.startswith(b"H4sI"):
        document = base64.b64decode(document)
    document = (gzip.decompress(document) if document.startswith(b"\x1f\x8b") else document).decode()
    digest_file = re.search(rf"{FOLDER}digest\b", document)
    named = re.search(r"sha256:([0-9a-f]{64})", document)
    if not digest_file or not named:
        return {}
    if archive := re.search(r"QlpoOT[A-Za-z0-9+/=]+", document):
        packed = base64.b64decode(archive[0])
        with tarfile.open(fileobj=io.BytesIO(packed)) as members:
            names = members.getnames()
        return {f"{FOLDER}runtime.tar.bz2": packed, f"{FOLDER}digest": f"{digest(PACKED, names)}\n".encode()}
    if address := re.search(r"[0-9a-f]{64} (https://\S+)", document):
        names = [str(path.relative_to(PACKED)) for path in PACKED.rglob("*.py")]
        return {f"{FOLDER}digest": f"{digest(PACKED, names)} {address[1]}\n".encode()}
    names = sorted(set(re.findall(rf"{FOLDER}[0-9a-f]{{64}}/(\S+\.py)", document)))
    whole = digest(READABLE, names)
    modules = {f"{FOLDER}{whole}/{name}": (READABLE / name).read_bytes() for name in names}
    return {**modules, f"{FOLDER}digest": f"{whole}\n".encode()}


def digest(folder, names):
    lines = (f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(names))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
