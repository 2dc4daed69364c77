"""A stand-in for infrakt: health, an API key in the state volume, and self-update through the mounted socket."""

import hashlib
import hmac
import json
import os
import secrets
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RELEASE = json.loads(Path("/opt/release.json").read_text())
STATE = Path.home() / ".infrakt"
SECRET = os.environ.get("GITHUB_WEBHOOK_SECRET", "")
COMPOSE_FILE = os.environ.get("COMPOSE_FILE", "docker-compose.prod.yml")


def api_key() -> str:
    """The key is made once and lives as long as the state volume."""
    path = STATE / "api_key.txt"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()


def self_update() -> None:
    """What the plan's endpoint does: pull, then up. The second command replaces this very container."""
    print("Pulling latest image...", flush=True)
    for step in (["pull"], ["up", "-d"]):
        done = subprocess.run(["docker", "compose", "-f", COMPOSE_FILE, *step], capture_output=True, text=True)
        if done.returncode:
            print(f"Self-update failed: {done.stderr.strip()}", flush=True)
            return
    print("Self-update complete.", flush=True)


class Api(BaseHTTPRequestHandler):
    """The two endpoints a deployment meets."""

    def do_GET(self) -> None:
        if self.path == "/api/health":
            well = RELEASE["mood"] == "well"
            self.reply(200 if well else 500, {"status": "ok" if well else "sick", "version": RELEASE["version"]})
        elif self.path == "/api/servers":
            known = hmac.compare_digest(self.headers.get("X-API-Key", ""), api_key())
            self.reply(200 if known else 401, [] if known else {"detail": "Invalid API key"})
        else:
            self.reply(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/api/self-update":
            return self.reply(404, {"detail": "Not Found"})
        signed = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not SECRET:
            return self.reply(503, {"detail": "No webhook secret configured"})
        if not hmac.compare_digest(signed, self.headers.get("X-Hub-Signature-256", "")):
            return self.reply(403, {"detail": "Invalid signature"})
        self.reply(202, {"status": "accepted"})
        threading.Thread(target=self_update).start()

    def reply(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    if RELEASE["mood"] == "crash":
        sys.exit("infrakt cannot start: this release is broken on purpose")
    api_key()
    print(f"infrakt {RELEASE['version']} listens on 8000", flush=True)
    ThreadingHTTPServer(("", 8000), Api).serve_forever()
