"""References to secret stores: the server fetches the registry token itself; the document does not contain it."""

import json
from collections.abc import Callable

from rig import checks, stores
from rig.guest import TOKEN_PATH, Guest
from rig.rig import Rig
from rig.shell import expect

Fill = Callable[[Rig, str], dict[str, str]]


def store(title: str, reference: str, fill: Fill) -> Callable[[Rig, Guest], None]:
    """A newer document with the reference; a new token that only the store has; the pull works, and nothing else has it."""

    def scenario(rig: Rig, guest: Guest) -> None:
        token = rig.world.rotate_token()
        for path, content in fill(rig, token).items():
            guest.put(path, content.encode())
        use(rig, guest, reference)
        seen = guest.ssh("grep -rslF -f - /run /etc /opt /root /var --exclude-dir=containers || true", stdin=token.encode())
        expect(not seen, f"the token is in {seen}")
        back(rig, guest)

    scenario.__doc__ = title
    return scenario


def rotated(rig: Rig, guest: Guest) -> None:
    """The store gets a new token: the server finds and uses it, and does not restart the application."""
    hold(PARAMETER)(rig, rig.world.rotate_token())
    use(rig, guest, IN_SSM)
    drop_in = "/etc/systemd/system/firstlight.timer.d/sooner.conf"
    guest.put(drop_in, b"[Timer]\nOnUnitInactiveSec=5s\n")
    guest.ssh("systemctl daemon-reload && systemctl restart firstlight.timer")
    started = guest.ssh(STARTED)
    hold(PARAMETER)(rig, rig.world.rotate_token())
    guest.wait_for("a pull with the new token", PULL, timeout=120, every=5)
    expect(guest.ssh(STARTED) == started, "the application was restarted")
    guest.ssh(f"rm {drop_in} && systemctl daemon-reload")
    back(rig, guest)


def credential(rig: Rig, guest: Guest) -> None:
    """A systemd credential that the hypervisor passes to the machine (SMBIOS type 11)."""
    token = rig.world.rotate_token()
    guest.power_off()
    guest.credentials = {"ghcr-token": token}
    guest.boot()
    guest.wait_ssh()
    use(rig, guest, "credential://ghcr-token")
    back(rig, guest)
    guest.credentials = {}


def public(rig: Rig, guest: Guest) -> None:
    """`none`: the image is public; the server does not log in to the registry and waits for no token."""
    rig.world.ghcr.public = True
    guest.ssh(f"rm -f {TOKEN_PATH} /run/firstlight/login/config.json")
    guest.put("/root/newer", rig.render("--token", "none"))
    guest.ssh("firstlight apply /root/newer", timeout=180)
    checks.up(guest)
    pulls(guest)
    expect(guest.exit_code("grep -q ghcr /run/firstlight/login/config.json") != 0, "somebody logged in")
    rig.world.ghcr.public = False
    back(rig, guest)


def metadata(rig: Rig, guest: Guest) -> None:
    """The server can read the cloud's metadata and its containers cannot, except on the network fl-metadata."""
    ask = "http://169.254.169.254/latest/api/token"
    guest.ssh(f"curl -fsS -m 10 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' {ask}")
    script = f"import urllib.request as u; u.urlopen(u.Request('{ask}', method='PUT'), timeout=20)"
    inside = guest.try_ssh(f'{checks.COMPOSE} exec -T infrakt python -c "{script}" </dev/null', 60)
    refusals = [b"PermissionError", b"No route to host", b"Connection refused"]
    expect(any(word in inside.stderr for word in refusals), f"a container was told: {inside!r}")
    said = guest.ssh("firstlight verify", timeout=120)
    for name in ("infrakt", "caddy"):
        wanted = f"ok   infrakt-{name}-1 cannot reach the cloud's metadata"
        expect(wanted in said, f"verify does not say `{wanted}`: {said}")
    rules = guest.ssh("nft list table inet firstlight")
    expect("fd00:ec2::/112" in rules, f"IPv6 is not refused: {rules}")
    # The rules are there again after whatever loads a firewall of its own, before the application starts again.
    guest.ssh("nft flush ruleset && systemctl restart docker && systemctl start firstlight")
    guest.wait_for("rules", "nft list table inet firstlight | grep -q fd00:ec2::/112", timeout=200)
    checks.up(guest)
    guest.ssh("docker network create -o com.docker.network.bridge.name=fl-metadata fl")
    image = guest.ssh(f"{checks.COMPOSE} images -q infrakt | head -n 1")
    named = guest.try_ssh(f'docker run --rm --network fl --entrypoint python {image} -c "{script}"', 120)
    expect(b"HTTP Error 400" in named.stderr, f"a container on fl-metadata was told: {named!r}")
    guest.ssh("docker network rm fl")


def use(rig: Rig, guest: Guest, reference: str) -> None:
    guest.ssh(f"rm -f {TOKEN_PATH} /run/firstlight/login/config.json")
    guest.put("/root/newer", rig.render("--token", reference))
    guest.ssh("firstlight apply /root/newer", timeout=180)
    guest.wait_for("done for the application", "firstlight status | grep -q '^app *done'", timeout=300)
    checks.up(guest)
    pulls(guest)


def pulls(guest: Guest) -> None:
    """From within the container, with the login that the server made."""
    guest.ssh(PULL, timeout=120)


def back(rig: Rig, guest: Guest) -> None:
    """The default document again, and the token handed over as README says."""
    guest.put("/root/older", rig.render())
    guest.ssh("firstlight apply /root/older", timeout=180)
    guest.ssh("firstlight token", stdin=rig.world.token.encode() + b"\r\n")
    guest.wait_for("done for the application", "firstlight status | grep -q '^app *done'", timeout=300)
    checks.up(guest)


def hold(name: str, shape: Callable[[str], str] = str) -> Fill:
    """The store has the token under that name, and nothing else is needed."""

    def fill(rig: Rig, token: str) -> dict[str, str]:
        rig.world.stores.held[name] = shape(token)
        return {}

    return fill


def approle(rig: Rig, token: str) -> dict[str, str]:
    rig.world.stores.held["vault:kv/data/prod/ghcr"] = json.dumps({"token": token})
    return {"/etc/firstlight/secret-id": rig.world.stores.secret_id}


def wrapped(rig: Rig, token: str) -> dict[str, str]:
    rig.world.stores.held["vault:kv/data/prod/ghcr"] = json.dumps({"token": token})
    return {"/etc/firstlight/wrapped": next(iter(rig.world.stores.wrapped))}


PULL = f"{checks.COMPOSE} exec -T -u infrakt infrakt docker compose pull -q infrakt </dev/null"
STARTED = "docker inspect -f '{{.State.StartedAt}}' infrakt-infrakt-1"
PARAMETER, IN_SSM = "awsssm:/infrakt/ghcr-token", f"awsssm://infrakt/ghcr-token?region={stores.REGION}"
IN_VAULT = f"vault://kv/prod/ghcr?address=https://{stores.VAULT}"
CASES = {
    "awsssm": store(
        "AWS Parameter Store, with the instance role; the simulated store checks the signature.",
        IN_SSM,
        hold(PARAMETER),
    ),
    "awssecrets": store(
        "AWS Secrets Manager, one key of a JSON secret.",
        f"awssecrets://infrakt/ghcr?region={stores.REGION}#token",
        hold("awssecrets:infrakt/ghcr", lambda token: json.dumps({"token": token})),
    ),
    "gcpsecrets": store(
        "Google Secret Manager, with the instance's service account.",
        "gcpsecrets://my-project/ghcr-token",
        hold("gcpsecrets:my-project/ghcr-token@latest"),
    ),
    "azurekeyvault": store(
        "Azure Key Vault, with the machine's managed identity.",
        "azurekeyvault://my-vault/ghcr-token",
        hold("azurekeyvault:ghcr-token"),
    ),
    "vault-approle": store(
        "Vault, with an AppRole whose secret ID the operator copies to the server.",
        f"{IN_VAULT}&role_id=app&secret_id=file:///etc/firstlight/secret-id#token",
        approle,
    ),
    "vault-wrapped": store(
        "Vault, with a wrapped token that the operator copies to the server; it is unwrapped once.",
        f"{IN_VAULT}&wrapped=file:///etc/firstlight/wrapped#token",
        wrapped,
    ),
    "rotated": rotated,
    "credential": credential,
    "none": public,
    "metadata": metadata,
}
SITE = CASES.keys()
