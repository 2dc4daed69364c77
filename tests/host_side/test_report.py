import hashlib
import json
import subprocess
from pathlib import Path, PurePosixPath

import jsonschema
import pytest

from firstlight import outdated, paths
from firstlight.errors import Later
from firstlight.state import Is, Status, Step
from firstlight.system import Done
from stand_in.desk import Desk
from stand_in.docker import ADDRESS, APP, PROCESS, Docker, Image, hold
from stand_in.http import Answers, reply
from stand_in.system import Call
from test_site import DATA, MANAGED, parse
from test_state import SCHEMA

STEPS = parse(DATA).steps
HEALTH = "GET https://infrakt.example.com/api/health"
SERVERS = "GET https://infrakt.example.com/api/servers"
PUSH = "POST https://infrakt.example.com/api/self-update"
RUNS = {
    "Id": "new",
    "Name": f"/{APP}",
    "State": {"Pid": PROCESS},
    "HostConfig": {"NetworkMode": "host"},
    "Config": {"Env": ["PATH=/bin"]},
}
EVIL = b"k\x1b[31my\nsecond line\xe2\x80\xae\n"


def states(desk: Desk, **states: Is) -> None:
    steps = tuple(Step(name, states.get(name, Is.DONE)) for name in dict.fromkeys((*STEPS, *states)))
    desk.disk.write(paths.STATE, Status(steps).json().encode(), 0o600)


@pytest.fixture(autouse=True)
def http(desk: Desk) -> Answers:
    """A site that is up and all right."""

    def sums(call: Call) -> Done:
        """As the real one, below the test's folder."""
        manifest = desk.disk.read(PurePosixPath(call.argv[-1]))
        if manifest is None:
            return Done(1, b"", f"sha256sum: {call.argv[-1]}: No such file or directory\n".encode())
        root = str(desk.system.root)
        given = manifest.data.replace(b"  ", f"  {root}".encode())
        done = subprocess.run(call.argv[:-1], input=given, capture_output=True, check=False)
        return Done(done.returncode, done.stdout.replace(root.encode(), b""), done.stderr)

    desk.system.programs = {
        "hostname -I": Done(0, b"203.0.113.9 fd00::5\n"),
        "docker compose config --images": Done(0, b"caddy:2-alpine\nghcr.io/acme/app\ncaddy:2-alpine\n"),
        "docker image inspect": Done(0, b"sha256:1\n"),
        "sha256sum": sums,
        "docker ps": Done(0, b"new\nold\n"),
        "docker inspect new": Done(0, json.dumps([RUNS]).encode()),
        "docker inspect old": Done(0, json.dumps([RUNS]).encode()),
    }
    hold(desk.system.root, "/home/infrakt/.infrakt/api_key.txt", EVIL)
    desk.http = http = Answers({HEALTH: reply(200), PUSH: reply(403), SERVERS: reply(200)})
    return http


def test_a_site_whose_application_manages_the_server_has_a_step_more(desk: Desk) -> None:
    desk.site(DATA | {"managed": MANAGED})
    states(desk)
    assert desk.types("status") == 2
    assert desk.seen[5:] == ["ready      done", "manage     waiting"]
    states(desk, manage=Is.FAILED)
    assert desk.types("status", "--json") == 1
    assert [step["step"] for step in json.loads(desk.out)["steps"]] == [*STEPS, "manage"]


def test_before_anything_has_begun(desk: Desk) -> None:
    assert desk.types("status") == 2
    assert desk.seen == [f"{name:<10} waiting" for name in STEPS]


def test_all_is_done(desk: Desk) -> None:
    states(desk)
    assert desk.types("status") == 0
    assert desk.seen[:6] == [f"{name:<10} done" for name in STEPS]
    assert desk.seen[6:] == [
        "",
        "Dashboard  https://infrakt.example.com",
        "API key    k [31my second line",
        "secret     not known: infrakt has no GITHUB_WEBHOOK_SECRET",
    ]
    given = RUNS | {"Config": {"Env": ["GITHUB_WEBHOOK_SECRET=a=b", "PATH=/bin"]}}
    desk.system.programs["docker inspect new"] = Done(0, json.dumps([given]).encode())
    assert desk.types("status") == 0
    assert desk.seen[-1] == "secret     a=b"
    # Its own command would take seconds.
    assert not [call for call in desk.system.calls if call.argv[1] in ("compose", "exec")]


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (
            Done(0),
            [
                "infrakt does not run, or has no /home/infrakt/.infrakt/api_key.txt",
                "infrakt has no GITHUB_WEBHOOK_SECRET",
            ],
        ),
        (Done(1, b"", b"Cannot connect\n"), ["Cannot connect"] * 2),
    ],
)
def test_what_is_in_a_container_that_is_not_there(desk: Desk, listed: Done, said: list[str]) -> None:
    states(desk)
    desk.system.programs["docker ps"] = listed
    assert desk.types("status") == 0
    assert desk.seen[8:] == [f"API key    not known: {said[0]}", f"secret     not known: {said[1]}"]


def test_a_profile_needs_no_lines_and_no_checks_of_its_own(desk: Desk, http: Answers) -> None:
    states(desk)
    laid(desk)
    desk.site(DATA | {"lines": [], "checks": []})
    assert desk.types("status") == 0
    assert desk.seen[6:] == [""]
    assert desk.types("verify") == 0
    assert "ok   the compose file" in desk.seen
    assert all(request.method == "GET" for request in http.requests)


def test_this_servers_address_is_filled_in(desk: Desk) -> None:
    states(desk)
    desk.site(DATA | {"lines": [{"label": "SSH keys", "text": "scp key root@{address}:/opt/infrakt/ssh/"}]})
    desk.types("status")
    assert desk.seen[7] == "SSH keys   scp key root@203.0.113.9:/opt/infrakt/ssh/"
    desk.system.programs["hostname -I"] = Done(1)
    desk.types("status")
    assert desk.seen[7] == "SSH keys   scp key root@SERVER:/opt/infrakt/ssh/"


def test_a_failure_and_what_to_do(desk: Desk) -> None:
    states(desk, app=Is.FAILED, ready=Is.WAITING)
    assert desk.types("status") == 1
    assert desk.seen[-1] == "Then: firstlight apply"


def test_as_data(desk: Desk) -> None:
    states(desk, ready=Is.RUNNING)
    assert desk.types("status", "--json") == 2
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(desk.out))
    states(desk)
    assert desk.types("status", "--json") == 0
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(desk.out))
    assert not desk.system.ran("docker", "compose")  # and no secret


def test_an_update_that_did_not_come_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    states(desk)
    monkeypatch.setattr(outdated, "outdated", lambda *_: "The registry has another image.")
    assert desk.types("status") == 0
    assert desk.seen[4] == "app        done     The registry has another image."
    states(desk, app=Is.FAILED)
    assert desk.types("status") == 1
    assert "another image" not in desk.out
    # Nor while something is waited for.
    states(desk, ready=Is.RUNNING)
    assert desk.types("status", "--wait", "2") == 2
    assert "another image" not in desk.out
    states(desk)
    desk.site(DATA | {"updater": None})
    desk.types("status")
    assert "another image" not in desk.out


def test_a_site_that_does_not_answer_any_more_is_not_done(desk: Desk, http: Answers) -> None:
    states(desk)
    http.known[HEALTH] = reply(502)
    assert desk.types("status") == 2
    assert desk.seen[5].startswith("ready      waiting  https://infrakt.example.com/api/health answers 502 (DNS")
    states(desk, ready=Is.RUNNING)
    http.requests.clear()
    desk.types("status")
    assert http.requests == []


@pytest.mark.parametrize(
    ("enabled", "code", "said"),
    [
        (b"disabled\n", 1, "failed   docker.service is disabled: systemctl unmask docker; systemctl enable docker; "),
        (b"masked\n", 1, "failed   docker.service is masked: "),
        (b"enabled\n", 2, "waiting  docker.service does not run; it is started within a minute"),
    ],
)
def test_docker_that_was_stopped_since_is_said(desk: Desk, http: Answers, enabled: bytes, code: int, said: str) -> None:
    states(desk)
    desk.system.programs |= {"systemctl is-active docker": Done(3), "systemctl is-enabled docker": Done(0, enabled)}
    # An answer of the site says more than a unit does.
    assert desk.types("status") == 0
    http.known[HEALTH] = Later("the connection is refused")
    assert desk.types("status") == code
    assert desk.seen[2].startswith(f"docker     {said}")
    assert desk.seen[5].startswith("ready      waiting  the connection is refused")
    desk.system.programs["systemctl is-active docker"] = Done(0)
    assert desk.types("status") == 2
    assert desk.seen[2] == "docker     done"


def test_waiting_for_it(desk: Desk) -> None:
    states(desk, ready=Is.RUNNING)
    assert desk.types("status", "--wait", "7") == 2
    assert sum(desk.system.slept) == 7
    assert len(desk.seen) == len(STEPS)
    desk.system.on_sleep = lambda _: states(desk) if len(desk.system.slept) > 20 else None
    assert desk.types("status", "--wait", "86400") == 0
    assert len(desk.seen) == len(STEPS) + 4
    desk.system.slept.clear()
    states(desk, app=Is.FAILED)
    assert desk.types("status", "--wait") == 1
    assert desk.system.slept == []


def test_watching_prints_changes_alone(desk: Desk) -> None:
    states(desk, app=Is.RUNNING, ready=Is.WAITING)
    desk.system.on_sleep = lambda _: states(desk) if len(desk.system.slept) > 3 else None
    assert desk.types("status", "--watch") == 0
    assert desk.seen[6:8] == ["app        done", "ready      done"]
    assert desk.seen[9] == "Dashboard  https://infrakt.example.com"
    states(desk, app=Is.FAILED)
    assert desk.types("status", "--watch") == 1
    assert desk.seen[6:] == ["Then: firstlight apply"]


def laid(desk: Desk, text: bytes = b"x") -> None:
    desk.disk.write(PurePosixPath("/etc/firstlight/a"), text, 0o600)
    desk.disk.write(paths.MANIFEST, f"{hashlib.sha256(b'x').hexdigest()}  /etc/firstlight/a\n".encode(), 0o600)


def runs(desk: Desk) -> None:
    """The application's container is there, and has its key."""
    server = Docker(desk.system.root, images={"one": Image()})
    server.programs |= {"nsenter -t 4711 -n true": Done(0), "docker network inspect": Done(0, b"{}\n")}
    server.new("one").began = 0
    desk.system.programs = (
        server.programs | desk.system.programs | {"docker ps": server.ps, "docker inspect": server.inspect}
    )
    hold(desk.system.root, "/home/infrakt/.infrakt/api_key.txt", b"its key\n")


def test_what_only_some_sites_have_is_verified(desk: Desk, http: Answers) -> None:
    laid(desk)
    runs(desk)
    desk.site(DATA | {"managed": MANAGED, "traefik": "/opt/infrakt/traefik"})
    entry = {"name": "one", "host": "172.17.0.1", "status": "inactive", "is_infrakt_host": True}
    http.known[f"GET http://{ADDRESS}:8000/api/servers"] = reply(200, json.dumps([entry]).encode())
    assert desk.types("verify") == 0
    # The stand-in has no other container that could be Traefik's.
    assert desk.seen.count("ok   infrakt-infrakt-1 cannot reach the cloud's metadata") == 2
    assert "ok   infrakt has this server as its own host" in desk.seen
    http.known[f"GET http://{ADDRESS}:8000/api/servers"] = reply(200, b"[]")
    assert desk.types("verify") == 1
    said = "FAIL infrakt has this server as its own host: it does not, and would wipe it: firstlight apply"
    assert said in desk.seen


def test_all_is_verified(desk: Desk, http: Answers) -> None:
    laid(desk)
    runs(desk)
    assert desk.types("verify") == 0
    assert desk.seen == [
        "ok   https://infrakt.example.com/api/health and its certificate",
        "ok   unsigned is refused",
        "ok   the API answers its key",
        "ok   the compose file",
        "ok   caddy:2-alpine sha256:1",
        "ok   ghcr.io/acme/app sha256:1",
        "ok   infrakt runs the registry's image",
        "ok   infrakt-infrakt-1 cannot reach the cloud's metadata",
        "ok   files as in the document",
    ]
    assert http.requests[0].address is None
    assert not http.requests[0].any_certificate
    # What a container holds goes to this server alone.
    assert [(request.headers, request.address) for request in http.requests[1:3]] == [
        ({"X-Hub-Signature-256": "sha256=0"}, None),
        ({"X-API-Key": "its key"}, "127.0.0.1"),
    ]


def test_everything_that_is_wrong_is_said(desk: Desk, http: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    laid(desk, b"other")
    monkeypatch.setattr(outdated, "outdated", lambda *_: "The registry has another image. ")
    http.known |= {HEALTH: Later("its certificate is not valid: expired"), PUSH: reply(200)}
    desk.system.programs["docker image inspect"] = Done(1, b"\n", b"Error: No such image: x\n")
    assert desk.types("verify") == 1
    assert desk.seen == [
        "FAIL https://infrakt.example.com/api/health and its certificate: its certificate is not valid: expired",
        "FAIL unsigned is refused: it answers 200",
        "FAIL the API answers its key: what /home/infrakt/.infrakt/api_key.txt holds cannot be sent as X-API-Key",
        "ok   the compose file",
        "FAIL caddy:2-alpine: Error: No such image: x",
        "FAIL ghcr.io/acme/app: Error: No such image: x",
        "FAIL infrakt runs the registry's image: The registry has another image.",
        *["ok   infrakt-infrakt-1 may use the cloud's metadata, because it uses the server's network"] * 2,
        "FAIL files as in the document: /etc/firstlight/a: FAILED",
    ]
    http.known[HEALTH] = reply(404)
    desk.system.programs["docker compose config --images"] = Done(1, b"", b"yaml: line 3\n")
    (desk.system.root / "etc/firstlight/a").unlink()
    (desk.system.root / "etc/firstlight/a").mkdir()
    assert desk.types("verify") == 1
    assert "FAIL the compose file: yaml: line 3" in desk.seen
    assert desk.seen[0].endswith(": it answers 404")
    assert desk.seen[-1] == "FAIL files as in the document: /etc/firstlight/a: FAILED open or read"
    desk.disk.remove(paths.MANIFEST)
    assert desk.types("verify") == 1
    assert desk.seen[-1].endswith("/var/lib/firstlight/manifest: No such file or directory")


def test_a_failure_without_a_word_is_one(desk: Desk) -> None:
    laid(desk)
    for words in ("docker image inspect", "docker compose config --images", "sha256sum"):
        desk.system.programs[words] = Done(1)
        assert desk.types("verify") == 1


def test_logs_cannot_steer_the_terminal(desk: Desk) -> None:
    desk.system.programs |= {"journalctl": Done(0, b"app: running\n" + EVIL), "docker compose logs": Done(0, EVIL)}
    lines = ["k [31my", "second line"]
    for words, first in [([], ["app: running"]), (["app"], ["app: running"]), (["infrakt"], [])]:
        assert desk.types("logs", *words) == 0
        assert desk.seen == [*first, *lines]
    asked = [call.argv for call in desk.system.calls]
    assert "--grep" not in asked[0]
    assert asked[1][-2:] == ("--grep", "^app:")
    assert asked[2] == ("docker", "compose", "logs", "--no-color", "--tail", "200", "--", "infrakt")
    desk.system.programs["docker compose logs"] = Done(1, b"", b"no such service: x\n")
    assert desk.types("logs", "x") == 1
    assert desk.err == "firstlight: no such service: x\n"
    desk.system.programs["journalctl"] = Done(1)
    assert desk.types("logs", "app") == 1
    assert desk.err == "firstlight: there are no logs of app\n"


def test_reports_write_nothing(desk: Desk, tmp_path: Path) -> None:
    laid(desk)
    states(desk)
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    for words in (["status"], ["status", "--json"], ["verify"], ["logs"], ["logs", "infrakt"]):
        desk.types(*words)
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before
