"""The consumers of a case of golden/formats/, by its --format."""
import os

from cloudinit import util
from command import quiet, run, refusal, version as version_of
from consumers import schema, write_files
from consumers.document import cloud_config


class Script:
    """A script must please bash, dash and shellcheck, do its work in this folder, and nothing the second time."""

    NAME = "script"

    @staticmethod
    def version():
        return version_of("bash", "--version")

    @staticmethod
    def check(case):
        path = case.document
        problems = quiet("bash", "-n", path) + quiet("dash", "-n", path) + quiet("shellcheck", "--severity=style", path)
        if "bake" in open(case.folder + "/input/args").read():
            return 1, problems
        os.makedirs("/run/systemd/system", exist_ok=True)
        # What it starts is the boots' matter.
        os.makedirs("/stand-in")
        for name in ("systemctl", "firstlight"):
            os.symlink("/bin/true", f"/stand-in/{name}")
        os.environ["PATH"] = "/stand-in:" + os.environ["PATH"]
        for written in (len(case.files), 0):
            code, out, err = run("sh", path)
            if code or err.count("firstlight: wrote ") != written:
                problems.append(refusal(["sh", path], code, out, err))
        for wanted, data in case.files.items():
            with open(wanted, "rb") as file:
                if file.read() != data:
                    problems.append(f"{wanted} is not as the document has it")
            mode = f"{os.stat(wanted).st_mode & 0o7777:04o}"
            if mode != case.manifest[wanted][0]:
                problems.append(f"{wanted} has the mode {mode}")
        return 1, problems


class Merged:
    """cloud-init joins the parts of a MIME document: our commands and the user's are all there."""

    NAME = "cloud-init merge"
    version = staticmethod(write_files.version)

    @staticmethod
    def check(case):
        config = util.load_yaml(cloud_config(case).decode())
        wanted = {"runcmd": [["firstlight", "apply"], ["touch", "/run/mine"]], "packages": ["htop"]}
        return 1, [f"{key}: {config.get(key)}" for key in wanted if config.get(key) != wanted[key]]


class Packer:
    """`packer validate`, with the builders that 1.6 has built in."""

    NAME = "packer validate"

    @staticmethod
    def version():
        return version_of("packer", "version") if os.path.exists("/usr/bin/packer") else "-"

    @staticmethod
    def check(case):
        made = case.folder + "/made"
        if not os.path.exists("/usr/bin/packer"):
            return 0, []
        os.remove(made + "/plugins.pkr.hcl")
        os.environ |= {"HCLOUD_TOKEN": "x", "DIGITALOCEAN_API_TOKEN": "x", "PACKER_NO_COLOR": "1", "CHECKPOINT_DISABLE": "1"}
        words = ["packer", "validate", made]
        code, out, err = run(*words)
        return 1, [] if code == 0 else [refusal(words, code, out, err)]


CONSUMERS = {
    "cloud-config": [schema, write_files],
    "nocloud": [schema, write_files],
    "mime": [write_files, Merged],
    "script": [Script],
    "packer": [Packer],
}


def consumers(folder):
    with open(folder + "/input/args") as file:
        words = file.read().split("\n")
    kind = words[words.index("--format") + 1] if "--format" in words else "cloud-config"
    if "--size" in words:
        return []
    return CONSUMERS.get(kind, []) if os.path.exists(folder + "/user-data") or kind == "packer" else []
