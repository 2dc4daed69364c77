"""What the operator asks for: `status`, `verify`, `logs`. None of them changes anything."""

from collections.abc import Iterator, Sequence

from . import paths, site, state
from .compose import Compose
from .errors import Final, Later
from .http import Request
from .ready import addresses, probe
from .site import Check, Header, Line, Site
from .state import STEPS, Is, Status, Step
from .stores import Means
from .system import Done, System
from .words import last_line, plain


def status(means: Means, options: set[str], word: str) -> int:
    """Each step's state, and what the profile shows of a site that is up; hands back the exit code.

    With `--wait` (a day, if it does not say how many seconds), once all is done, something has failed, or the time is
    up. With `--watch`, every change until then, however long it takes.

    Raises:
        Final: the site or the state cannot be read.
    """
    known, system, watch = site.read(means.disk), means.system, "--watch" in options
    end = system.monotonic() + int(word or 86400) * ("--wait" in options)
    shown: tuple[Step, ...] = ()
    while (now := _now(means, known)).code == 2 and (watch or system.monotonic() < end):
        if watch:
            _show(now.steps, shown)
            shown = now.steps
        system.sleep(1)
    if "--json" in options:
        print(now.json())
        return now.code
    _show(now.steps, shown)
    if now.code == 1:
        print("Then: firstlight apply")
    if now.code == 0:
        print()
        for line in known.lines:
            print(f"{line.label:<10} {_value(means, known, line)}")
    return now.code


def _show(steps: tuple[Step, ...], shown: tuple[Step, ...]) -> None:
    for step in steps:
        if step not in shown:
            print(f"{step.name:<10} {step.state.value:<8} {step.message}".rstrip(), flush=True)


def _now(means: Means, known: Site) -> Status:
    """A site that has been ready is asked whether it is still, and the registry whether it has something newer."""
    steps = {step.name: step for step in state.read(means.disk, known.steps)}
    if steps["ready"].state is Is.DONE:
        app = steps["app"]
        try:
            probe(means, known)
            # Then nothing is waited for any more, and nobody asks the registry each second.
            if known.updater and app.state is Is.DONE:
                from .outdated import outdated  # noqa: PLC0415 (carried only where it is needed)

                steps["app"] = Step("app", Is.DONE, app.message + outdated(means, known))
        except Later as error:
            steps["ready"] = Step("ready", Is.WAITING, str(error))
            steps["docker"] = _docker(means.system) or steps["docker"]
    return Status(tuple(steps.values()))


def _docker(system: System) -> Step | None:
    """What is wrong with Docker, which may have been stopped after the steps: nothing runs then."""
    if system.run(["systemctl", "is-active", "docker"]).ok:
        return None
    # A moment to read, which is not needed while all is well.
    from .docker import allowed  # noqa: PLC0415

    try:
        allowed(system)
    except Final as error:
        return Step("docker", Is.FAILED, str(error))
    return Step("docker", Is.WAITING, "docker.service does not run; it is started within a minute")


def _value(means: Means, known: Site, line: Line) -> str:
    if line.text:
        return line.text.replace("{address}", (addresses(means.system) or "SERVER").split()[0])
    try:
        return plain(_inside(means, known, line))
    except (Final, Later) as error:
        return f"not known: {error}"


def _inside(means: Means, known: Site, what: Line | Header) -> bytes:
    """What a file or a variable of the application's container holds.

    Raises:
        Final, Later: it cannot be read.
    """
    compose = Compose(means.system, known)
    return compose.file(what.file) if what.file else compose.variable(what.variable)


def _key(means: Means, known: Site, header: Header) -> str:
    """A header's value, which is in the container.

    Raises:
        Final, Later: it cannot be read, or is no value of a header.
    """
    value = _inside(means, known, header).strip()
    if not value.isascii() or not value.decode().isprintable():
        raise Final(f"what {header.file or header.variable} holds cannot be sent as {header.header}")
    return value.decode()


def verify(means: Means, _options: set[str], _word: str) -> int:
    """Checks everything from outside in; 0 if all is right, else 1.

    Raises:
        Final: the site cannot be read.
    """
    code = 0
    for what, problem in _checks(means, site.read(means.disk)):
        print(f"FAIL {what}: {problem}" if problem else f"ok   {what}", flush=True)
        code = 1 if problem else code
    return code


def _checks(means: Means, known: Site) -> Iterator[tuple[str, str]]:
    """What is checked, and what is wrong with it; nothing if it is right."""

    def answers(check: Check, expected: Sequence[int] = ()) -> str:
        try:
            headers = {one.header: one.text or _key(means, known, one) for one in check.headers}
            # What a container holds goes to this server and to nobody else, wherever the name leads.
            here = None if all(one.text for one in check.headers) else "127.0.0.1"
            asked = Request(check.method, origin + check.path, headers, timeout=20, address=here)
            status = means.http.send(asked).status
        except (Final, Later) as error:
            return str(error)
        return "" if status in (expected or check.expected) else f"it answers {status}"

    def fault(done: Done) -> str:
        return "" if done.ok else plain(done.out) or last_line(done.err) or "it failed"

    origin, run = f"https://{known.domains[0]}", means.system.run
    health = Check(f"{origin}{known.health} and its certificate", known.health, "GET", [], [])
    yield health.what, answers(health, range(400))
    for check in known.checks:
        yield check.what, answers(check)
    named = Compose(means.system, known).try_("config", "--images")
    yield "the compose file", fault(named)
    for image in sorted(set(plain(named.out, 9999).split())):
        # By digest, to be compared with what was pushed.
        found = run(["docker", "image", "inspect", "-f", '{{join .RepoDigests " "}}', image])
        yield f"{image} {plain(found.out)}" if found.ok else image, fault(found)
    if known.updater:
        from .outdated import outdated  # noqa: PLC0415 (carried only where it is needed)

        yield f"{known.service} runs the registry's image", outdated(means, known).strip()
    yield from _more(means, known)
    sums = run(["sha256sum", "--check", "--quiet", str(paths.MANIFEST)])
    yield "files as in the document", fault(sums)


def _more(means: Means, known: Site) -> Iterator[tuple[str, str]]:
    """By modules that take a moment to be read, or that are carried only where a document says so."""
    from .metadata import checks  # noqa: PLC0415

    compose = Compose(means.system, known)
    yield from checks(means.system, compose)
    if known.traefik:
        from .traefik import containers  # noqa: PLC0415

        yield from checks(means.system, containers(means.system, known))
    if known.managed:
        from .manage_host import Host  # noqa: PLC0415

        host = Host(means, known, known.managed, compose, str)
        yield f"{known.service} has this server as its own host", host.check()


def logs(means: Means, _options: set[str], name: str) -> int:
    """The last lines of all steps, of one, or of a compose service.

    Raises:
        Final: there are none to be had, or the site cannot be read.
    """
    if name in ("", *STEPS):
        of = ["--grep", f"^{name}:"] if name else []
        argv = ["journalctl", "--no-pager", "-o", "short-iso", "-n", "200", "-u", "firstlight", *of]
        done = means.system.run(argv)
    else:
        compose = Compose(means.system, site.read(means.disk))
        done = compose.try_("logs", "--no-color", "--tail", "200", "--", name)
    # What a container writes is foreign: nothing of it may steer the terminal.
    for line in done.out.splitlines():
        print(plain(line, 2000))
    if not done.ok:
        raise Final(last_line(done.err) or f"there are no logs of {name}")
    return 0
