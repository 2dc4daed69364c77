"""The call that a workflow makes once it has pushed an image: signed with the webhook's secret."""

import hashlib
import hmac
import json
import textwrap
from shlex import quote

from . import checks
from .guest import Guest
from .paths import FIRSTLIGHT
from .rig import Rig
from .shell import run
from .world import GUEST_OUTSIDE

BODY = b'{"ref":"refs/heads/main"}'


def push(guest: Guest, body: bytes = BODY, event: str = "push", signature: str | None = None) -> tuple[int, object]:
    """Status and answer."""
    secret = checks.webhook_secret(guest).encode()
    signature = signature or hmac.new(secret, body, hashlib.sha256).hexdigest()
    headers = ["-H", f"X-Hub-Signature-256: sha256={signature}", "-H", f"X-GitHub-Event: {event}"]
    seen = guest.look("/api/self-update", "--data-binary", body.decode(), *headers)
    try:
        return seen.status, seen.json()
    except json.JSONDecodeError:
        return seen.status, seen.body


def workflow(rig: Rig, guest: Guest) -> str:
    """The same call by the action that firstlight writes for the workflow: what its step prints. It fails as the step does."""
    domain, folder = guest.world.domain, rig.folder / "repository"
    run([FIRSTLIGHT, "render", "--domain", domain, "--format", "repository", "--output", folder])
    action = (folder / ".github/actions/tell-infrakt/action.yml").read_text()
    _, _, step = action.partition("run: |\n")
    # The step is unchanged: curl reads from its configuration how to reach the guest.
    config = f'cacert = "{guest.world.acme_root()}"\nresolve = "{domain}:443:{GUEST_OUTSIDE}"\n'
    (folder / ".curlrc").write_text(config)
    url = f"https://{domain}/api/self-update"
    given = f"read -r DEPLOY_SECRET\nexport DEPLOY_SECRET DEPLOY_URL={quote(url)} CURL_HOME={quote(str(folder))}\n"
    secret = checks.webhook_secret(guest).encode() + b"\n"
    done = run(["bash", "-c", given + textwrap.dedent(step)], stdin=secret, timeout=90)
    return (done.stdout + done.stderr).decode()
