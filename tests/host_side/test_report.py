import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import jsonschema
import pytest

from firstlight import paths, site, state
from firstlight.disk import Disk
from firstlight.errors import Later
from firstlight.report import STEPS, Report
from firstlight.state import Is, Step
from firstlight.system import Done
from stand_in.http import Answers, reply
from stand_in.system import StandIn
from test_site import DATA
from test_state import SCHEMA

SITE = site.parse(json.dumps(DATA).encode(), paths.SITE)
HEALTH = "GET https://infrakt.example.com/api/health"
EVIL = b"k\x1b[31my\nsecond line\xe2\x80\xae\n"


@dataclass
class Desk:
    """Somebody at the server."""

    system: StandIn
    http: Answers = field(default_factory=lambda: Answers({HEALTH: reply(200)}))
    seen: list[str] = field(default_factory=list)

    def report(self) -> Report:
        return Report(self.system, Disk(self.system.root), self.http, SITE, self.seen.append)

    def states(self, **states: Is) -> None:
        steps = tuple(Step(name, states.get(name, Is.DONE)) for name in STEPS)
        Disk(self.system.root).write(paths.STATE, state.encode(steps), 0o600)

    def show(self, *, as_json: bool = False) -> int:
        self.seen.clear()
        report = self.report()
        return report.show(report.status(), as_json=as_json)


@pytest.fixture
def desk(system: StandIn) -> Desk:
    system.programs = {
        "hostname -I": Done(0, b"203.0.113.9 fd00::5\n"),
        "docker compose exec -T infrakt cat": Done(0, EVIL),
        "docker compose exec -T infrakt printenv": Done(1, b"", b"no such container\n"),
        "docker compose config --images": Done(0, b"caddy:2-alpine\nghcr.io/acme/app\ncaddy:2-alpine\n"),
        "docker image inspect": Done(0, b"sha256:1\n"),
    }
    return Desk(system)


def test_before_anything_has_begun(desk: Desk) -> None:
    assert desk.show() == 2
    assert desk.seen == [f"{name:<10} waiting" for name in STEPS]
    assert list(desk.system.root.iterdir()) == []


def test_all_is_done(desk: Desk) -> None:
    desk.states()
    assert desk.show() == 0
    assert desk.seen[:6] == [f"{name:<10} done" for name in STEPS]
    assert desk.seen[6:] == [
        "",
        "Dashboard  https://infrakt.example.com",
        "API key    k [31my second line",
        "secret     not known: no such container",
    ]
    asked = [call.argv for call in desk.system.ran("docker")]
    assert [argv[-1] for argv in asked] == ["/home/infrakt/.infrakt/api_key.txt", "GITHUB_WEBHOOK_SECRET"]


def test_this_servers_address_is_filled_in(desk: Desk) -> None:
    desk.states()
    line = site.Line("SSH keys", "scp key root@{address}:/opt/infrakt/ssh/")
    report = replace(desk.report(), site=replace(SITE, lines=[line]))
    report.show(report.status())
    desk.system.programs["hostname -I"] = Done(1)
    report.show(report.status())
    assert desk.seen[7] == "SSH keys   scp key root@203.0.113.9:/opt/infrakt/ssh/"
    assert desk.seen[-1] == "SSH keys   scp key root@this server:/opt/infrakt/ssh/"


def test_a_failure_and_what_to_do(desk: Desk) -> None:
    desk.states(app=Is.FAILED, ready=Is.WAITING)
    assert desk.show() == 1
    assert desk.seen[-1] == "Then: firstlight apply"


def test_as_data(desk: Desk) -> None:
    desk.states(ready=Is.RUNNING)
    assert desk.show(as_json=True) == 2
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(desk.seen[0]))
    desk.states()
    assert desk.show(as_json=True) == 0
    assert not desk.system.ran("docker")  # and no secret


def test_a_site_that_does_not_answer_any_more_is_not_done(desk: Desk) -> None:
    desk.states()
    desk.http.known[HEALTH] = reply(502)
    assert desk.show() == 2
    assert desk.seen[5].startswith("ready      waiting  https://infrakt.example.com/api/health answers 502 (DNS")
    desk.states(ready=Is.RUNNING)
    desk.http.requests.clear()
    desk.show()
    assert desk.http.requests == []


def test_waiting_for_it(desk: Desk) -> None:
    desk.states(ready=Is.RUNNING)
    assert desk.report().wait(7).code == 2
    assert sum(desk.system.slept) == 7
    desk.system.on_sleep = lambda _: desk.states() if len(desk.system.slept) > 20 else None
    assert desk.report().wait(86400).code == 0
    desk.system.slept.clear()
    desk.states(app=Is.FAILED)
    assert desk.report().wait(86400).code == 1
    assert desk.system.slept == []


def test_watching_prints_changes_alone(desk: Desk) -> None:
    desk.states(app=Is.RUNNING, ready=Is.WAITING)
    desk.system.on_sleep = lambda _: desk.states() if len(desk.system.slept) > 3 else None
    assert desk.report().watch() == 0
    assert desk.seen[6:] == ["app        done", "ready      done"]
    desk.states(app=Is.FAILED)
    assert desk.report().watch() == 1


def laid(desk: Desk, text: bytes = b"x") -> None:
    disk = Disk(desk.system.root)
    disk.write(PurePosixPath("/etc/firstlight/a"), text, 0o600)
    disk.write(paths.MANIFEST, f"{hashlib.sha256(b'x').hexdigest()}  /etc/firstlight/a\n".encode(), 0o600)


PUSH = "POST https://infrakt.example.com/api/self-update"


def test_all_is_verified(desk: Desk) -> None:
    laid(desk)
    desk.http.known[PUSH] = reply(403)
    assert desk.report().verify() == 0
    assert desk.seen == [
        "ok   https://infrakt.example.com/api/health and its certificate",
        "ok   unsigned is refused",
        "ok   caddy:2-alpine",
        "ok   ghcr.io/acme/app",
        "ok   files as in the document",
    ]
    assert desk.http.requests[0].address is None
    assert not desk.http.requests[0].any_certificate


def test_everything_that_is_wrong_is_said(desk: Desk) -> None:
    laid(desk, b"other")
    desk.http.known |= {HEALTH: Later("its certificate is not valid: expired"), PUSH: reply(200)}
    desk.system.programs["docker image inspect"] = Done(1)
    assert desk.report().verify() == 1
    assert desk.seen == [
        "FAIL https://infrakt.example.com/api/health and its certificate: its certificate is not valid: expired",
        "FAIL unsigned is refused: it answers 200",
        "FAIL caddy:2-alpine: it is not here",
        "FAIL ghcr.io/acme/app: it is not here",
        "FAIL files as in the document: changed: /etc/firstlight/a",
    ]
    desk.seen.clear()
    desk.http.known[HEALTH] = reply(404)
    desk.system.programs["docker compose config --images"] = Done(1, b"", b"yaml: line 3\n")
    (desk.system.root / "etc/firstlight/a").unlink()
    (desk.system.root / "etc/firstlight/a").mkdir()
    assert desk.report().verify() == 1
    assert "FAIL the compose file: yaml: line 3" in desk.seen
    assert desk.seen[0].endswith(": it answers 404")
    assert desk.seen[-1].endswith("/etc/firstlight/a")
    Disk(desk.system.root).remove(paths.MANIFEST)
    desk.report().verify()
    assert desk.seen[-1] == "FAIL files as in the document: changed: /var/lib/firstlight/manifest is not there"


def test_logs_cannot_steer_the_terminal(desk: Desk) -> None:
    desk.system.programs |= {"journalctl": Done(0, b"app: running\n" + EVIL), "docker compose logs": Done(0, EVIL)}
    assert desk.report().logs(None) == 0
    assert desk.report().logs("app") == 0
    assert desk.report().logs("infrakt") == 0
    assert desk.seen[:3] == ["app: running", "k [31my", "second line"]
    assert not [line for line in desk.seen if "\x1b" in line or "\u202e" in line]
    asked = [call.argv for call in desk.system.calls]
    assert "--grep" not in asked[0]
    assert asked[1][-2:] == ("--grep", "^app:")
    assert asked[2] == ("docker", "compose", "logs", "--no-color", "--tail", "200", "--", "infrakt")
    desk.system.programs["docker compose logs"] = Done(1, b"", b"no such service: x\n")
    assert desk.report().logs("x") == 1
    assert desk.seen[-1] == "FAIL logs: no such service: x"
    desk.system.programs["docker compose logs"] = Done(1)
    desk.report().logs("x")
    assert desk.seen[-1] == "FAIL logs: there are none"


def test_reports_write_nothing(desk: Desk, tmp_path: Path) -> None:
    laid(desk)
    desk.states()
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    desk.show()
    desk.report().verify()
    desk.report().logs(None)
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before
