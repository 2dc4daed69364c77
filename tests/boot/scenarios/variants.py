"""Documents other than the default: the compose file from the repository, another image, the user's own compose file."""

import json

from rig import checks
from rig.guest import TOKEN_PATH, Guest
from rig.paths import ROOT
from rig.rig import Rig
from rig.shell import expect


def repository(rig: Rig) -> None:
    """The server fetches the compose file from a branch on GitHub, and the site comes up with it."""
    plan = (ROOT / "tests/boot/baseline/docker-compose.prod.yml").read_bytes()
    rig.world.github.files["E4Dev-Solutions/e4dev-infrakt/docker-compose.prod.yml"] = plan
    guest = boot(rig, rig.render("--set", "compose=repository", "--branch", "stable"))
    checks.up(guest)
    rig.world.wait_hit("api.github.com", r"docker-compose\.prod\.yml\?ref=stable", timeout=1, status="200")
    expect(guest.ssh(f"cat {checks.HOME}/docker-compose.prod.yml").encode() == plan.strip(), "not the file of GitHub")


def app(rig: Rig) -> None:
    """One private image, hardened, with a port and a health path, variables, a volume, and a secret that the server generates."""
    # That of the plan's day does not begin as root.
    rig.world.release("v1", "plan")
    settings = ["image=ghcr.io/e4dev-solutions/e4dev-infrakt:latest", "port=8000", "health=/api/health", "hardened=true"]
    settings += ["environment.ODD=a $b", "secrets.KEY=generate", "volumes=data:/home/infrakt/.infrakt"]
    options = [word for setting in settings for word in ("--set", setting)]
    token = f"file://{TOKEN_PATH}"
    guest = boot(rig, rig.render("--profile", "app", "--token", token, *options))
    checks.up(guest)
    said = guest.ssh("cd /opt/app && docker compose exec -T app printenv ODD KEY </dev/null").splitlines()
    expect(said[0] == "a $b" and len(said[1]) == 64, f"the variables are {said}")


OWN = """\
services:
  web:
    image: ghcr.io/e4dev-solutions/e4dev-infrakt:latest
    environment: {KEY: "$KEY", ODD: "$ODD"}
    volumes: ["data:/home/infrakt/.infrakt"]
volumes:
  data:
"""


def compose(rig: Rig) -> None:
    """The user's own compose file with a private image; firstlight adds Caddy."""
    guest = boot(rig, own(rig, OWN))
    checks.up(guest)
    expect(guest.ssh("cat /opt/site/compose.yaml") == OWN.strip(), "not the user's own file")
    said = guest.ssh("cd /opt/site && docker compose -f compose.yaml exec -T web printenv ODD KEY </dev/null")
    expect(said.splitlines()[0] == "a $b" and len(said.splitlines()[1]) == 64, f"the variables are {said}")


def no_end(rig: Rig) -> None:
    """A compose file without a newline at its end: the last line takes effect, and `verify` does not report an edit."""
    volumes, _, services = OWN.partition("services:\n")[2].partition("volumes:\n  data:\n")
    text = f"volumes:\n  data:\nservices:\n{volumes}{services}    read_only: true"
    guest = boot(rig, own(rig, text))
    checks.up(guest)
    frozen = guest.ssh("docker inspect -f '{{.HostConfig.ReadonlyRootfs}}' site-web-1")
    expect(frozen == "true", f"the container's root is read-only: {frozen}")
    guest.ssh("firstlight verify", timeout=120)
    for _ in range(2):
        guest.ssh("firstlight apply")
        checks.up(guest)
        said = guest.ssh("firstlight status")
        expect("kept your" not in said, f"the file counts as edited: {said}")
    expect(guest.ssh("cat /opt/site/compose.yaml") == text, "not the file that was given")


def own(rig: Rig, text: str) -> bytes:
    file = rig.folder / "compose.yaml"
    file.write_text(text)
    settings = [f"compose={file}", "service=web", "port=8000", "health=/api/health", "environment.ODD=a $b"]
    settings += ["secrets.KEY=generate"]
    options = [word for setting in settings for word in ("--set", setting)]
    return rig.render("--profile", "compose", "--token", f"file://{TOKEN_PATH}", *options)


SERVER = """\
timezone: Europe/Lisbon
users:
  - default
  - {name: deploy, groups: [adm], shell: /bin/bash}
swap: {filename: /swapfile, size: 67108864, maxsize: 67108864}
write_files:
  - {path: /etc/motd, content: "ours too\\n", owner: "deploy:deploy", defer: true}
  - {path: /etc/nobody, content: "", owner: "nobody-of-this-name:root"}
  - {path: /etc/after, content: ""}
runcmd:
  - echo ran >/root/ran
  - exit 7
"""


def cloud_config(rig: Rig) -> None:
    """The user's own cloud-config is added: its valid parts take effect, and the site comes up although other parts fail."""
    file = rig.folder / "server.yaml"
    file.write_text(SERVER)
    guest = boot(rig, rig.render("--cloud-config", str(file)))
    checks.up(guest)
    said = guest.ssh("cat /etc/timezone /etc/motd /root/ran; stat -c %U /etc/motd; id -nG deploy; swapon --show=NAME --noheadings")
    expect(said.splitlines() == ["Europe/Lisbon", "ours too", "ran", "deploy", "deploy adm", "/swapfile"], f"there is {said!r}")
    guest.wait_for("the end of cloud-init", "cloud-init status --wait >/dev/null; true", timeout=120)
    errors = json.dumps(json.loads(guest.ssh("cloud-init status --format json || true"))["errors"])
    expect("write-files" in errors and "scripts-user" in errors, f"cloud-init names what failed: {errors}")
    expect(guest.exit_code("firstlight status") == 0, "firstlight status is content")
    guest.ssh("firstlight verify", timeout=120)


def boot(rig: Rig, document: bytes) -> Guest:
    guest = rig.guest(document, overlay={TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)})
    guest.boot()
    return guest


CASES = {"repository": repository, "app": app, "compose": compose, "no-end": no_end, "cloud-config": cloud_config}
