"""What must hold of every machine that is up, whatever it went through: asserted from outside where it can be."""

import time
from dataclasses import dataclass

from . import host_side
from .guest import TOKEN_PATH, Guest
from .outside import Seen
from .shell import Failed, expect, tail

HOME = "/opt/infrakt"
COMPOSE = f"docker compose --project-directory {HOME} -f {HOME}/docker-compose.prod.yml"


# No step is to be done.
AT_REST = f"{host_side.is_done('app')} && {host_side.is_done('ready')}"
PATIENCE = 600  # for a whole deployment: four times what it takes on two free cores


def up(guest: Guest, *, timeout: float = PATIENCE, version: str | None = None) -> Seen:
    """HTTPS 200 over HTTP/2 with the ACME authority's certificate; then `ready` inside. Returns the first 200."""
    seen = first_answer(guest, timeout, version)
    expect(seen.http == "2", f"HTTP/{seen.http} instead of HTTP/2")
    shown = guest.certificate()
    expect("Pebble" in shown["issuer"], f"the certificate is not the ACME authority's: {shown}")
    expect(guest.world.domain in shown["names"], f"the certificate is not the domain's: {shown}")
    guest.wait_for("exit code 0 from `firstlight status`", f"{AT_REST} && firstlight status", timeout=90)
    return seen


def first_answer(guest: Guest, timeout: float, version: str | None) -> Seen:
    """`wait_https`, but a machine that says of itself that it has failed is not waited for."""
    deadline = time.monotonic() + timeout * guest.patience
    while True:
        try:
            return guest.wait_https(timeout=60, version=version)
        except Failed:
            if time.monotonic() >= deadline:
                raise
            status = guest.try_ssh("firstlight status", 30)
            if status.returncode == 1:
                raise Failed(f"the machine has given up:\n{tail(status.stdout)}") from None


def waits(guest: Guest, *words: str, timeout: float) -> None:
    """Exit code 2, waiting, in words that a person can act on."""
    says(guest, 2, words, timeout)


def fails(guest: Guest, *words: str, timeout: float) -> None:
    """Exit code 1, failed, in words that a person can act on."""
    says(guest, 1, words, timeout)


def says(guest: Guest, code: int, words: tuple[str, ...], timeout: float) -> None:
    """Until `firstlight status` ends with that code and mentions all the words."""
    deadline = time.monotonic() + timeout * guest.patience
    while True:
        status = guest.try_ssh("firstlight status", 60)
        said = status.stdout.decode(errors="replace")
        if status.returncode == code and all(word in said for word in words):
            return
        if time.monotonic() > deadline:
            wanted = ", ".join(words)
            raise Failed(f"within {timeout:.0f} s no status {code} with {wanted}; last was {status.returncode}:\n{said}")
        time.sleep(2)


def cloud_init_done(guest: Guest) -> None:
    """`cloud-init status --wait`: done, exit 0, nothing it calls an error."""
    done = guest.try_ssh("cloud-init status --wait --long", 120)
    said = done.stdout.decode()
    expect(done.returncode == 0 and "status: done" in said, f"cloud-init ended with {done.returncode}: {said}")


def root_only(guest: Guest) -> None:
    """Another user gets neither the summary nor, from any file, a secret in it."""
    summary = guest.ssh("firstlight status")
    key = guest.ssh(f"{COMPOSE} exec -T infrakt cat /home/infrakt/.infrakt/api_key.txt </dev/null")
    expect(key and key in summary, "the summary does not show the API key to root")
    as_nobody = guest.try_ssh("runuser -u nobody -- firstlight status", 30)
    said = (as_nobody.stdout + as_nobody.stderr).decode(errors="replace")
    expect(as_nobody.returncode != 0 and key not in said, "`firstlight status` shows other users the summary")
    for what, secret in {"API key": key, "webhook secret": webhook_secret(guest), "token": guest.world.token}.items():
        find = "runuser -u nobody -- grep -rslF -f - /run /etc /opt /root /home /tmp /var --exclude-dir=mqueue || true"
        readable = guest.ssh(find, stdin=secret.encode(), timeout=120)
        expect(not readable, f"any user can read the {what} in {readable}")
    mode = guest.ssh(f"stat -c '%a %U' {TOKEN_PATH} {HOME}/.env").splitlines()
    expect(set(mode) == {"600 root"}, f"the token and .env have modes {mode}")


def webhook_secret(guest: Guest) -> str:
    return guest.ssh(f"sed -n 's/^GITHUB_WEBHOOK_SECRET=//p' {HOME}/.env").strip('"')


def owned(guest: Guest) -> None:
    """ssh/ and the registry login are the process's own, and so are keys that root copies into ssh/."""
    pid = "$(docker inspect -f '{{.State.Pid}}' infrakt-infrakt-1)"
    uid = guest.ssh(f"stat -c %u /proc/{pid}")
    expect(uid == "1000", f"the application runs as {uid}")
    guest.put(f"{HOME}/ssh/id_ed25519", b"a key\n")
    login = "/run/firstlight/login"
    # The program closes the login's folder to all others as well; the scripts do not.
    folder = guest.ssh("[ -e /etc/firstlight/site.json ] && echo 700 || echo 755")
    wanted = f"700 {uid}\n600 {uid}\n{folder} {uid}\n600 {uid}"
    look = f"stat -c '%a %u' {HOME}/ssh {HOME}/ssh/id_ed25519 {login} {login}/config.json"
    guest.wait_for("keys and login owned by the application's user", f'[ "$({look})" = "{wanted}" ]', timeout=200)
    guest.ssh(f"{COMPOSE} exec -T -u infrakt infrakt cat /home/infrakt/.ssh/id_ed25519 </dev/null")


@dataclass
class Kept:
    """What no restart may change."""

    env: str
    api_key: str
    certificate: str
    orders: int

    @classmethod
    def of(cls, guest: Guest) -> "Kept":
        return cls(
            guest.ssh(f"cat {HOME}/.env"),
            guest.ssh(f"{COMPOSE} exec -T infrakt cat /home/infrakt/.infrakt/api_key.txt </dev/null"),
            guest.certificate()["serial"],
            guest.world.acme_orders(),
        )

    def same(self, guest: Guest) -> None:
        now = Kept.of(guest)
        for name in ("env", "api_key", "certificate", "orders"):
            before, after = getattr(self, name), getattr(now, name)
            expect(before == after, f"{name} changed: {before!r} became {after!r}")
