"""`systemd-analyze verify`: on a first boot, once Docker is there, and as part of the whole boot."""
import glob
import os
import re

from command import refusal, run, version as version_of

NAME = "systemd-analyze verify"
FOLDER = re.compile(r"/(etc|usr/lib|lib)/systemd/system/(?P<unit>[^/]+\.(service|target|timer|path|socket|mount))(?P<dropin>\.d/.*)?")


def version():
    return version_of("systemd-analyze", "--version")


def check(case):
    found = [match for match in map(FOLDER.fullmatch, case.final) if match]
    own = sorted({match["unit"].replace("@.", "@x.") for match in found if not match["dropin"]})
    # A drop-in for a unit that is not ours (docker.service) is read with that unit; `name-.service.d` belongs to many.
    others = sorted({match["unit"] for match in found if match["dropin"] and not match["unit"].startswith(tuple(own))
                     and os.path.exists("/usr/lib/systemd/system/" + match["unit"])})
    if not own:
        return 0, []

    # First boot: Docker's units do not exist yet, so nothing may require them.
    docker = [path for name in ("docker", "containerd") for path in glob.glob(f"/usr/lib/systemd/system/{name}.*")]
    for path in docker:
        os.rename(path, path + ".away")
    problems = verify(*own)
    for path in docker:
        os.rename(path + ".away", path)

    problems += verify(*own, *others)

    # Every later boot: cloud-init's generator and our [Install] sections pull the units in; cycles show here.
    words = ["systemctl", "enable", "docker.service", *(unit for unit in own if "@" not in unit)]
    code, out, err = run(*words)
    if code:
        problems.append(refusal(words, code, out, err))
    os.makedirs("/etc/systemd/system/multi-user.target.wants", exist_ok=True)
    os.symlink("/usr/lib/systemd/system/cloud-init.target", "/etc/systemd/system/multi-user.target.wants/cloud-init.target")
    problems += verify("multi-user.target")
    return len(own), problems


# systemd 254 brought this key. Earlier versions say so and go on: they have the credential by LoadCredential alone.
LATER = re.compile(r"^\S+: Unknown key '?ImportCredential'? in section \[?Service\]?, ignoring\.\n", re.MULTILINE)


def verify(*units):
    words = ["systemd-analyze", "verify", "--man=no", *units]
    code, out, err = run(*words)
    err = LATER.sub("", err)
    return [refusal(words, code, out, err)] if code or out.strip() or err.strip() else []
