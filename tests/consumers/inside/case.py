"""A golden case as the consumers see it."""
import os
import re
import shutil

STAGED = "/var/lib/firstlight/files"  # the host side copies what is below to the path that follows


class Case:
    """document: path of the user-data. files: guest path -> bytes. manifest: guest path -> (mode, owner)."""

    def __init__(self, folder):
        self.folder = folder
        self.document = os.path.join(folder, "user-data")
        self.files = read_tree(os.path.join(folder, "files"))
        self.manifest = read_manifest(os.path.join(folder, "manifest"))
        self.final = {path[len(STAGED):] if path.startswith(STAGED + "/") else path: data for path, data in self.files.items()}

    def place(self):
        """Lays the files out as on the VPS once the host side has copied the staged ones."""
        for path in self.files:
            mode = int(self.manifest[path][0], 8) if path in self.manifest else 0o644
            for target in {path, path[len(STAGED):] if path.startswith(STAGED + "/") else path}:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copyfile(self.folder + "/files" + path, target)
                os.chmod(target, mode)

    def scripts(self):
        """The shell scripts: by their name or first line."""
        first_line = re.compile(rb"#!\s*\S*/(env\s+)?(ba|da)?sh\b")
        return [path for path, data in sorted(self.final.items()) if path.endswith((".sh", ".bash")) or first_line.match(data)]


def read_tree(top):
    found = {}
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[path[len(top):]] = file.read()
    return found


def read_manifest(path):
    """A line names a file by its absolute path, four-digit mode and owner:group, in any order."""
    found = {}
    with open(path) as file:
        for line in file:
            words = line.split()
            paths = [word for word in words if word.startswith("/")]
            modes = [word for word in words if re.fullmatch(r"0[0-7]{3}", word)]
            owners = [word for word in words if re.fullmatch(r"[a-z_][\w-]*:[a-z_][\w-]*", word)]
            if paths and modes and owners:
                found[paths[0]] = (modes[0], owners[0])
    return found


def differences(expected, found):
    """What two trees (guest path -> bytes) do not have in common, one line a file."""
    problems = []
    for path in sorted(expected.keys() | found.keys()):
        if path not in found:
            problems.append(f"{path}: in the golden tree, but not in the document")
        elif path not in expected:
            problems.append(f"{path}: in the document, but not in the golden tree")
        elif expected[path] != found[path]:
            pairs = zip(expected[path], found[path])
            at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(expected[path]), len(found[path])))
            problems.append(
                f"{path}: differs at byte {at}: golden {expected[path][at:at + 20]!r}, decoded {found[path][at:at + 20]!r}")
    return problems
