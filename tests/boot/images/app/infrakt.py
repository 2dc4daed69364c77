"""A stand-in for infrakt as its plan had it, and as it is today: what a deployment meets of the two, and no more.

Health, an API key in the state volume, self-update through the mounted socket, and the API for servers. The kinds differ
in their user (app.sh, entrypoint), in how they replace themselves, and in whether they know which server is their own host.
"""

import hashlib
import hmac
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# What lies beside this file is part of an image, whose recipe it would change.
sys.dont_write_bytecode = True

from servers import Server, Servers  # noqa: E402

RELEASE = json.loads(Path(os.environ.get("RELEASE", "/opt/release.json")).read_text())
STATE = Path(os.environ.get("INFRAKT_HOME") or Path.home() / ".infrakt")
SECRET = os.environ.get("GITHUB_WEBHOOK_SECRET", "")
COMPOSE_FILE = os.environ.get("COMPOSE_FILE", "/opt/infrakt/docker-compose.prod.yml")
FOLDER = os.path.dirname(COMPOSE_FILE)
IMAGE = os.environ.get("INFRAKT_IMAGE", "ghcr.io/e4dev-solutions/e4dev-infrakt:latest")
UPDATER = "infrakt-updater"


def api_key() -> str:
    """The key is made once and lives as long as the state volume."""
    path = STATE / "api_key.txt"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()


def docker(*words: str) -> None:
    subprocess.run(["docker", *words], check=True, capture_output=True, text=True)


def restart_from_within() -> None:
    """The second command stops the very container that it runs in."""
    docker("compose", "-f", COMPOSE_FILE, "up", "-d")


def restart_by_updater() -> None:
    """Another container of the same image does it, as root, with the socket and the folder; all services anew."""
    subprocess.run(["docker", "rm", "-f", UPDATER], capture_output=True)
    mounts = ["-v", "/var/run/docker.sock:/var/run/docker.sock", "-v", f"{FOLDER}:{FOLDER}:ro", "-w", FOLDER]
    up = f"sleep 3 && docker compose -f {COMPOSE_FILE} up -d --force-recreate --remove-orphans"
    docker("run", "--rm", "-d", "--name", UPDATER, "--entrypoint", "sh", *mounts, IMAGE, "-c", up)


RESTART: dict[str, Callable[[], None]] = {"plan": restart_from_within, "today": restart_by_updater}


def self_update() -> None:
    """The real one logs its way as INFO, which no handler takes; a failure is shown."""
    try:
        docker("compose", "-f", COMPOSE_FILE, "pull")
        RESTART[RELEASE["kind"]]()
    except subprocess.CalledProcessError as error:
        print(f"Self-update failed: {error}\n{error.stderr}", file=sys.stderr, flush=True)
    except OSError as error:
        print(f"Self-update error: {error}", file=sys.stderr, flush=True)


def shell(server: Server, command: str) -> bool:
    """By SSH, with the key that the server was registered with; the real one takes whatever host key there is, too."""
    known = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes"]
    key = ["-i", server["ssh_key_path"]] if server["ssh_key_path"] else []
    way = [*key, "-p", str(server["port"]), f"{server['user']}@{server['host']}"]
    try:
        argv = ["ssh", "-o", "ConnectTimeout=20", *known, *way, command]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"ssh: {error}", file=sys.stderr, flush=True)
        return False
    if done.returncode:
        print(f"ssh {command}: {done.stderr}", file=sys.stderr, flush=True)
    return done.returncode == 0


SERVERS = Servers(STATE / "servers.json", api_key, shell, marks=RELEASE["kind"] == "today")


class Api(BaseHTTPRequestHandler):
    """The endpoints that a deployment meets. `/release.json` is the rig's: the real one does not tell its version."""

    def do_GET(self) -> None:
        well = RELEASE["mood"] == "well"
        if self.path == "/api/health":
            self.reply(200 if well else 500, {"status": "ok"} if well else {"detail": "Internal Server Error"})
        elif self.path.startswith("/api/servers"):
            self.servers(b"")
        elif self.path == "/release.json":
            self.reply(200, RELEASE)
        else:
            self.reply(404, {"detail": "Not Found"})

    def servers(self, body: bytes) -> None:
        self.reply(*SERVERS.answer(self.command, self.path, self.headers.get("X-API-Key"), body))

    def do_PUT(self) -> None:
        self.servers(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    do_DELETE = do_PUT

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/api/self-update":
            self.reply(*self.pushed(body))
        elif self.path.startswith("/api/servers"):
            self.servers(body)
        else:
            self.reply(405 if self.path == "/api/health" else 404, {"detail": "Not Found"})

    def pushed(self, body: bytes) -> tuple[int, object]:
        if not SECRET:
            return 503, {"detail": "GITHUB_WEBHOOK_SECRET not configured"}
        given, event = self.headers.get("X-Hub-Signature-256"), self.headers.get("X-GitHub-Event")
        if not given:
            return 401, {"detail": "Missing X-Hub-Signature-256 header"}
        if not hmac.compare_digest("sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(), given):
            return 403, {"detail": "Invalid signature"}
        if event == "ping":
            return 200, {"status": "pong"}
        if event != "push":
            return 200, {"status": "ignored", "reason": f"event={event}"}
        ref = json.loads(body).get("ref", "")
        if ref != "refs/heads/main":
            return 200, {"status": "ignored", "reason": f"ref={ref}"}
        threading.Thread(target=self_update, daemon=True).start()
        return 200, {"status": "updating"}

    def reply(self, status: int, body: object) -> None:
        data = json.dumps(body, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    if RELEASE["mood"] == "crash":
        sys.exit("infrakt cannot start: this release is broken on purpose")
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    api_key()
    port = int(os.environ.get("PORT", "8000"))
    print(f"infrakt {RELEASE['version']} listens on {port}", flush=True)
    ThreadingHTTPServer(("", port), Api).serve_forever()
