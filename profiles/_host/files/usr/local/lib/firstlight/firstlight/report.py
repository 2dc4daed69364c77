"""What the operator asks for: `status`, `verify`, `logs`. None of them changes anything."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from . import paths, site, state
from .compose import Compose
from .errors import Final, Later
from .http import Request
from .ready import addresses, probe
from .site import Line, Site
from .state import STEPS, Is, Status, Step
from .stores import Means
from .system import Done
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
        with ThreadPoolExecutor() as pool:
            values = pool.map(lambda line: _value(means, known, line), known.lines)
            for line, value in zip(known.lines, values, strict=True):
                print(f"{line.label:<10} {value}")
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
    return Status(tuple(steps.values()))


def _value(means: Means, known: Site, line: Line) -> str:
    if line.text:
        return line.text.replace("{address}", (addresses(means.system) or "SERVER").split()[0])
    words = ["cat", line.file] if line.file else ["printenv", line.variable]
    try:
        done = Compose(means.system, known).inside(*words)
    except (Final, Later) as error:
        return f"not known: {error}"
    return plain(done.out) if done.ok else f"not known: {last_line(done.err)}"


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

    def answers(method: str, path: str, expected: Sequence[int]) -> str:
        try:
            status = means.http.send(Request(method, origin + path, timeout=20)).status
        except (Final, Later) as error:
            return str(error)
        return "" if status in expected else f"it answers {status}"

    def fault(done: Done) -> str:
        return "" if done.ok else plain(done.out) or last_line(done.err) or "it failed"

    origin, run = f"https://{known.domains[0]}", means.system.run
    yield f"{origin}{known.health} and its certificate", answers("GET", known.health, range(400))
    for check in known.checks:
        yield check.what, answers(check.method, check.path, check.expected)
    named = Compose(means.system, known).try_("config", "--images")
    yield "the compose file", fault(named)
    for image in sorted(set(plain(named.out, 9999).split())):
        # By digest, to be compared with what was pushed.
        found = run(["docker", "image", "inspect", "-f", '{{join .RepoDigests " "}}', image])
        yield f"{image} {plain(found.out)}" if found.ok else image, fault(found)
    # It takes a moment to be read, which only this command needs.
    from .metadata import checks  # noqa: PLC0415

    yield from checks(means.system, Compose(means.system, known))
    sums = run(["sha256sum", "--check", "--quiet", str(paths.MANIFEST)])
    yield "files as in the document", fault(sums)


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
