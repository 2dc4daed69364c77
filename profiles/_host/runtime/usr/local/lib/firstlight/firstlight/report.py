"""What the operator asks for: `status`, `verify`, `logs`. None of them changes anything."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from . import paths, state
from .compose import Compose
from .disk import Disk
from .errors import Final, Later
from .http import Http, Request
from .ready import Ready, addresses
from .site import Line, Site
from .state import Is, Status
from .system import System
from .words import last_line, plain

STEPS = ("preflight", "files", "docker", "caddy", "app", "ready")
"""In the order in which they are shown."""

_POLL = 1.0
_ASK = 20.0

Print = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """Reads the server and prints, a line at a time."""

    system: System
    disk: Disk
    http: Http
    site: Site
    print: Print

    def status(self) -> Status:
        """Each step's state. A site that has been ready is asked whether it is still.

        Raises:
            Final: the state cannot be read.
        """
        steps = list(state.read(self.disk, STEPS))
        for number, step in enumerate(steps):
            if step.name == "ready" and step.state is Is.DONE:
                try:
                    Ready(self.http, self.site).probe(self.system)
                except Later as error:
                    steps[number] = replace(step, state=Is.WAITING, message=plain(str(error)))
        return Status(tuple(steps))

    def show(self, status: Status, *, as_json: bool = False) -> int:
        """Prints it; hands back the exit code."""
        if as_json:
            self.print(status.json())
            return status.code
        for step in status.steps:
            self.print(f"{step.name:<10} {step.state.value:<8} {step.message}".rstrip())
        if status.code == 1:
            self.print("Then: firstlight apply")
        if status.code == 0:
            self._summary()
        return status.code

    def wait(self, seconds: float) -> Status:
        """Waits until all is done or something has failed, for so many seconds at most.

        Raises:
            Final: as for `status`.
        """
        end = self.system.monotonic() + seconds
        while (status := self.status()).code == 2 and self.system.monotonic() < end:
            self.system.sleep(_POLL)
        return status

    def watch(self) -> int:
        """Prints every change, until all is done or something has failed; hands back the exit code.

        Raises:
            Final: as for `status`.
        """
        shown: set[state.Step] = set()
        while True:
            status = self.status()
            for step in status.steps:
                if step not in shown:
                    self.print(f"{step.name:<10} {step.state.value:<8} {step.message}".rstrip())
            shown = set(status.steps)
            if status.code != 2:
                return status.code
            self.system.sleep(_POLL)

    def _summary(self) -> None:
        self.print("")
        for line in self.site.lines:
            self.print(f"{line.label:<10} {self._value(line)}")

    def _value(self, line: Line) -> str:
        if line.text:
            return line.text.replace("{address}", (addresses(self.system).split() or ["this server"])[0])
        words = ("cat", line.file) if line.file else ("printenv", line.variable)
        done = Compose(self.system, self.site).try_("exec", "-T", self.site.service, *words)
        return plain(done.out) if done.ok else f"not known: {last_line(done.err) or 'it is not there'}"

    def verify(self) -> int:
        """Checks everything from outside in; 0 if all is right, else 1."""
        code = 0
        for what, problem in self._checks():
            self.print(f"FAIL {what}: {problem}" if problem else f"ok   {what}")
            code = 1 if problem else code
        return code

    def _checks(self) -> Iterator[tuple[str, str]]:
        """What is checked, and what is wrong with it; nothing if it is right."""
        origin = f"https://{self.site.domains[0]}"
        yield f"{origin}{self.site.health} and its certificate", self._answers("GET", origin + self.site.health, None)
        for check in self.site.checks:
            yield check.what, self._answers(check.method, origin + check.path, check.expected)
        compose = Compose(self.system, self.site)
        named = compose.try_("config", "--images")
        if not named.ok:
            yield "the compose file", last_line(named.err)
        for image in sorted(set(plain(named.out, 10_000).split())):
            found = self.system.run(["docker", "image", "inspect", "-f", "{{.Id}}", image], timeout=60)
            yield image, "" if found.ok else last_line(found.err) or "it is not here"
        changed = self._changed()
        yield "files as in the document", changed and f"changed: {changed}"

    def _answers(self, method: str, url: str, expected: list[int] | None) -> str:
        try:
            status = self.http.send(Request(method, url, timeout=_ASK)).status
        except (Final, Later) as error:
            return str(error)
        right = status in expected if expected else status < 400
        return "" if right else f"it answers {status}"

    def _changed(self) -> str:
        """The files that are not as the manifest has them, which was made when they were laid."""
        manifest = self.disk.read(paths.MANIFEST)
        if manifest is None:
            return f"{paths.MANIFEST} is not there"
        wrong = []
        for line in manifest.data.decode("utf-8", "replace").splitlines():
            digest, _, name = line.partition("  ")
            try:
                content = self.disk.read(PurePosixPath(name))
            except Final:
                content = None
            if content is None or hashlib.sha256(content.data).hexdigest() != digest:
                wrong.append(plain(name, 100))
        return " ".join(wrong)

    def logs(self, name: str | None) -> int:
        """The last lines of all steps, of one, or of a compose service; 0 if there are any to be had."""
        if name is None or name in STEPS:
            wanted = [] if name is None else ["--grep", f"^{name}:"]
            argv = ["journalctl", "--no-pager", "-o", "short-iso", "-n", "200", "-u", "firstlight.service", *wanted]
            done = self.system.run(argv, timeout=60)
        else:
            done = Compose(self.system, self.site).try_("logs", "--no-color", "--tail", "200", "--", name)
        # What a container writes is foreign: nothing of it may steer the terminal.
        for line in done.out.splitlines():
            self.print(plain(line, 2000))
        if not done.ok:
            self.print(f"FAIL logs: {last_line(done.err) or 'there are none'}")
        return 0 if done.ok else 1
