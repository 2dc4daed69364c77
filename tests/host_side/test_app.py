import json
import os
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstlight import paths, site
from firstlight.app import App
from firstlight.compose import Compose
from firstlight.disk import Disk, Owner
from firstlight.errors import Final, Later
from firstlight.http import Request, Response
from firstlight.state import Is
from firstlight.steps import Run
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.docker import APP, CLOSE, NAME, UPDATER, Docker, Image
from stand_in.faults import kills
from stand_in.http import Answer, Answers, reply
from stand_in.system import Call, breaking, in_turn
from test_site import DATA

SITE = site.parse(json.dumps(DATA).encode(), paths.SITE)._replace(repository=None)
TOKEN = "etc/firstlight/ghcr-token"
MANIFEST = "HEAD https://ghcr.io/v2/acme/app/manifests/latest"
GOOD = Image(has_check=True)
BAD = {
    "that cannot be started": Image(starts=False),
    "that crashes at once": Image(crashes=0),
    "that crashes after 1 s": Image(crashes=1),
    "that crashes after 5 s": Image(crashes=5),
    "that crashes after 30 s": Image(crashes=30),
    "whose health check fails": Image(has_check=True, well=False),
    "that is well and crashes after 30 s": Image(has_check=True, crashes=30),
}
BACK = "The new image was not well; back to the last one. "


class Server:
    """A server with its application; each life of ours on it is an `App` of its own."""

    def __init__(self, root: Path, images: dict[str, Image] | None = None) -> None:
        (root / "etc/firstlight").mkdir(parents=True, exist_ok=True)
        (root / TOKEN).write_text("token")
        (root / "proc/4711").mkdir(parents=True, exist_ok=True)
        self.docker = Docker(root, images={"one": GOOD, **(images or {})}, remote="one")
        self.answers: dict[str, Answer] = {MANIFEST: reply(200)}
        self.disk = Disk(root)
        self.said: list[tuple[Is, str]] = []
        self.run = Run("app", self.docker, lambda _, state, message: self.said.append((state, message)), lambda: 0.0)

    def app(self, site: site.Site = SITE) -> App:
        means = Means(self.docker, Answers(self.answers), self.disk)
        return App(means, site, Compose(self.docker, site))

    def act(self, site: site.Site = SITE) -> str:
        return self.app(site).act(self.run)

    @property
    def good(self) -> str:
        content = self.disk.read(paths.GOOD)
        return content.data.decode() if content else ""

    @property
    def words(self) -> str:
        return "\n".join(message for _, message in self.said)


def first(root: Path, **images: Image) -> Server:
    """A server where the image `one` is up and well."""
    server = Server(root, images)
    assert server.act() == ""
    server.docker.calls.clear()
    return server


@pytest.fixture(autouse=True)
def given_away(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Owner]]:
    """What was given away, and to whom; an ordinary user can give nothing."""
    given: list[tuple[str, Owner]] = []
    monkeypatch.setattr(Disk, "give", lambda _self, path, owner: given.append((str(path), owner)))
    return given


def test_a_first_start(tmp_path: Path) -> None:
    server = first(tmp_path)
    assert (server.docker.image, server.good) == ("one", "one")
    assert server.act() == ""
    assert server.docker.number == 1  # what is up stays up
    up = server.docker.ran("docker", "compose", "up")[0]
    assert up.argv[5:] == ("infrakt",)  # Caddy has a step of its own
    assert up.env == {"COMPOSE_FILE": "/opt/infrakt/docker-compose.prod.yml", "DOCKER_CONFIG": "/run/firstlight/login"}
    login = json.loads((tmp_path / "run/firstlight/login/config.json").read_text())
    assert list(login["auths"]) == ["ghcr.io"]


def test_a_new_image_that_is_well_stays(tmp_path: Path) -> None:
    server = first(tmp_path, two=GOOD, three=Image(), four=Image(has_check=True, slow=100))
    for image in ("two", "three", "four"):
        server.docker.update(image)
        assert server.act() == "Self-update complete. "
        assert (server.docker.image, server.good) == (image, image)


def test_a_folder_that_was_deleted_reaches_its_container_again(tmp_path: Path) -> None:
    """Compose sees no difference, but the container holds the folder that is gone."""
    server = first(tmp_path)
    here, inside = tmp_path / "opt/infrakt", tmp_path / "proc/4711/root"
    for folder in (here / "ssh", here / "linked", tmp_path / "srv", inside / "linked", inside / "srv"):
        folder.mkdir(parents=True)
    (inside / "ssh").symlink_to(here / "ssh")
    for folder in (here, inside):
        (folder / "file").write_text("an editor has replaced it")
    sources = ["opt/infrakt/file", "opt/infrakt/gone", "opt/infrakt/linked", "opt/infrakt/ssh", "srv"]
    server.docker.mounts = [{"Source": f"/{path}", "Destination": f"/{Path(path).name}"} for path in sources]
    server.act()
    assert server.docker.number == 1  # there is no process to look at
    (inside.parent / "mountinfo").write_text("".join(f"1 2 8:1 / /{name} rw\n" for name in ("file", "ssh", "srv")))
    server.act()
    assert server.docker.number == 1
    (here / "ssh").rename(tmp_path / "old")
    (inside / "ssh").unlink()
    (inside / "ssh").symlink_to(tmp_path / "old")
    (here / "ssh").mkdir()
    # Caddy's step leaves the application to the application's.
    Compose(server.docker, SITE).up("--no-deps", "caddy")
    assert server.docker.number == 1
    server.act()
    assert (server.docker.number, server.docker.image) == (2, "one")


@pytest.mark.parametrize("kind", BAD)
def test_a_new_image_is_taken_back(tmp_path: Path, kind: str) -> None:
    server = first(tmp_path, two=BAD[kind])
    server.docker.update("two")
    began = server.docker.passed
    assert server.act() == BACK
    assert (server.docker.image, server.docker.names[NAME], server.good) == ("one", "one", "one")
    assert server.docker.passed - began < 120
    assert server.act() == ""


@pytest.mark.parametrize("kind", BAD)
def test_no_failure_on_the_way_skips_the_way_back(tmp_path: Path, kind: str) -> None:
    def refused(server: Server) -> None:
        server.answers[MANIFEST] = reply(403)

    def no_answer(server: Server) -> None:
        server.answers[MANIFEST] = Later("its name does not resolve")

    def no_file(server: Server) -> None:
        server.answers["GET https://api.github.com"] = reply(404)

    for number, spoil in enumerate((refused, no_answer, no_file)):
        root = tmp_path / str(number)
        root.mkdir()
        server = first(root, two=BAD[kind])
        server.docker.update("two")
        spoil(server)
        known = SITE._replace(repository=site.Repository("a/b", "main", "c")) if spoil is no_file else SITE
        with pytest.raises(Final, match=f"^{BACK}It is up, but could not be renewed: "):
            server.act(known)
        assert (server.docker.image, server.good) == ("one", "one")


@pytest.mark.parametrize("kind", BAD)
def test_nor_does_a_fault_of_any_program(tmp_path: Path, kind: str) -> None:
    def story(name: str) -> Server:
        (tmp_path / name).mkdir()
        server = first(tmp_path / name, two=BAD[kind])
        server.docker.update("two")
        return server

    whole = story("whole")
    whole.act()
    for at in range(len(whole.docker.calls)):
        broken = story(str(at))
        breaking(broken.docker, at)
        try:
            broken.act()
        except (Final, Later):
            broken.act()  # the next run; there is always one
        assert (broken.docker.image, broken.good) == ("one", "one")


def test_nor_does_a_power_cut_at_any_write(tmp_path: Path) -> None:
    server = Server(tmp_path)
    for _ in kills(server.act):
        assert server.good in ("", "one")
        Server(tmp_path).act()
        (tmp_path / "var/lib/firstlight/good").unlink()


def update(docker: Docker, image: str) -> None:
    docker.update(image)


def by_updater(docker: Docker, image: str) -> None:
    docker.updater(2, 5, image)


def by_slow_updater(docker: Docker, image: str) -> None:
    docker.updater(40, 60, image)


def from_within(docker: Docker, image: str) -> None:
    if docker.app:
        docker.half(image)


WAYS = (update, by_updater, by_slow_updater, from_within)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.floats(0, 90), st.sampled_from(WAYS), st.sampled_from(["one", "good", *BAD])),
        min_size=1,
        max_size=4,
    )
)
def test_no_order_of_events_skips_the_way_back(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[float, Callable[[Docker, str], None], str]]
) -> None:
    """Updates come one after the other, whatever we are doing; then the last image that was well serves, or a newer."""
    server = first(tmp_path_factory.mktemp("server"), good=GOOD, **BAD)
    docker, app, at = server.docker, server.app(), 0.0
    for delay, how, image in events:
        at += delay
        docker.after(at, lambda how=how, image=image: how(docker, image))  # type: ignore[misc]
    while docker.events or app.look(server.run):
        app.act(server.run)
        docker.sleep(5)
    assert docker.image in ("one", "good")
    assert server.good == docker.image
    assert [one.name for one in docker.containers] == [APP]
    assert docker.passed - 1000 < at + 600


def test_the_way_back_does_not_wait_for_what_a_person_brings(tmp_path: Path) -> None:
    server = first(tmp_path, two=BAD["that crashes after 5 s"])
    (tmp_path / TOKEN).unlink()
    server.docker.after(1000, lambda: server.docker.update("two"))
    server.docker.after(1200, lambda: server.said.append((Is.DONE, f"by then {server.docker.image} is up")))
    server.docker.after(2000, lambda: Disk(tmp_path).write(PurePosixPath("/", TOKEN), b"token", 0o600))
    assert server.act() == BACK
    assert "by then one is up" in server.words
    assert "etc/firstlight/ghcr-token is not there" in server.words
    assert server.docker.passed < 3100


def test_nor_for_what_comes_before_the_step(tmp_path: Path) -> None:
    server = first(tmp_path, two=BAD["that crashes after 5 s"])
    app = server.app()
    app.look(server.run)
    assert not server.docker.ran("docker", "compose", "up")
    assert not app.look(server.run)
    server.docker.update("two")
    server.docker.programs["docker tag"] = in_turn(Done(1), server.docker.tag)
    assert app.look(server.run)
    assert not app.look(server.run)
    assert (server.docker.image, server.good) == ("one", "one")
    assert server.docker.ran("docker", "compose", "up")[0].argv[5:] == ()  # all of the site
    # Docker is not there yet, or no application.
    server.docker.programs = {CLOSE: Done(0)}
    for app in (server.app(), Server(tmp_path).app()):
        app.look(server.run)
        assert not app.look(server.run)


def test_nothing_runs_while_containers_could_read_the_clouds_metadata(tmp_path: Path) -> None:
    server = Server(tmp_path)
    works = server.docker.programs[CLOSE]
    server.docker.programs[CLOSE] = Done(1, b"", b'See "systemctl status firstlight-metadata.service".\n')
    for _ in range(2):
        with pytest.raises(Final) as error:
            server.act()
        assert str(error.value) == (
            "infrakt must not run, and was stopped if it did: closing the cloud's metadata to containers: systemctl: "
            'See "systemctl status firstlight-metadata.service".'
        )
    assert server.docker.number == 0
    assert not server.docker.ran("docker", "stop")
    server.docker.programs[CLOSE] = in_turn(Done(1), works)
    assert server.act() == ""
    # Docker has started the container by itself, at boot.
    server.docker.programs[CLOSE] = Done(1)
    for act in (server.app().look, server.app().act):
        assert server.docker.image == "one"
        with pytest.raises(Final, match="^infrakt must not run"):
            act(server.run)
        assert server.docker.image == ""
        server.docker.make()
    server.docker.programs |= {"docker ps": Done(1, b"", b"Cannot connect to the Docker daemon\n")}
    with pytest.raises(Final, match="^infrakt must not run"):
        server.act()
    server.docker.programs |= {CLOSE: works, "docker ps": server.docker.ps}
    assert server.act() == ""
    assert server.docker.image == "one"


def test_they_are_kept_from_it_again_before_it_starts(tmp_path: Path) -> None:
    server = Server(tmp_path)
    works = server.docker.programs[CLOSE]
    # Whoever has loaded another firewall meanwhile has removed the rules.
    server.docker.programs[CLOSE] = in_turn(works, Done(1))
    with pytest.raises(Final, match="^infrakt must not run"):
        server.act()
    assert server.docker.number == 0


@pytest.mark.parametrize("program", ["docker pull", "docker compose up"])
def test_a_token_that_comes_while_the_application_is_brought_up_is_used(tmp_path: Path, program: str) -> None:
    """systemd does not start a service that runs, so the step has to notice it by itself."""

    def token() -> bytes:
        login = json.loads((tmp_path / "run/firstlight/login/config.json").read_text())
        return b64decode(login["auths"]["ghcr.io"]["auth"]).partition(b":")[2]

    server = Server(tmp_path)
    app, answer = server.app(), server.docker.programs[program]

    def newer(call: Call) -> Done:
        server.docker.programs[program] = answer
        (tmp_path / TOKEN).write_text("newer")
        os.utime(tmp_path / TOKEN, ns=(1, 1))
        assert callable(answer)
        return answer(call)

    server.docker.programs[program] = newer
    assert app.act(server.run) == ""
    assert (token(), (tmp_path / TOKEN).read_text()) == (b"token", "newer")
    assert app.look(server.run)
    assert app.act(server.run) == ""
    assert token() == b"newer"
    assert not app.look(server.run)


def test_while_others_take_their_time_it_looks_on(tmp_path: Path) -> None:
    server = first(tmp_path, two=GOOD)
    (tmp_path / "opt/infrakt/ssh").mkdir(parents=True)
    app = server.app()
    changes: list[Callable[[], object]] = [
        lambda: server.docker.update("two"),
        lambda: server.docker.updater(None),
        lambda: os.utime(tmp_path / TOKEN, (5, 5)),
        lambda: (tmp_path / "opt/infrakt/ssh/key").write_text("key"),
    ]
    for change in changes:
        app.act(server.run)
        assert not app.look(server.run)
        change()
        assert app.look(server.run)
        assert app.look(server.run)
    app.act(server.run)
    assert not app.look(server.run)


def test_an_update_from_within_is_waited_for(tmp_path: Path) -> None:
    server = first(tmp_path)
    server.docker.updater(0, works=100)
    server.docker.sleep(1)
    began = server.docker.passed
    server.act()
    assert server.docker.passed - began >= 99
    assert not server.docker.ran("docker", "rm")
    assert server.docker.number == 3


def test_but_not_without_end(tmp_path: Path) -> None:
    def waited(starts: float | None, then: Callable[[], None] = lambda: None) -> float:
        server.docker.updater(starts, works=10_000)
        server.docker.sleep(1)
        then()
        began = server.docker.passed
        server.act()
        assert [one.name for one in server.docker.containers] == [APP]
        return server.docker.passed - began

    def begin_anew() -> None:
        server.docker.containers[1].began = server.docker.passed

    def end() -> None:
        server.docker.containers[1].began = None

    server = first(tmp_path)
    assert 600 < waited(0) < 700  # it hangs
    assert 600 < waited(None) < 700  # on a slow machine, minutes may lie between making and starting it
    assert 20 < waited(None, begin_anew) < 40  # nobody will start it
    assert 20 < waited(None, end) < 40
    server.docker.containers.clear()
    assert 20 < waited(None) < 40


def test_what_an_update_left_half_renamed_is_put_right(tmp_path: Path) -> None:
    server = first(tmp_path, two=GOOD)
    server.docker.half("two")
    assert server.act() == "Self-update complete. "
    assert [one.name for one in server.docker.containers] == [APP]
    server.docker.containers[0].name = f"{'a' * 12}_{APP}"
    server.act()
    assert [one.name for one in server.docker.containers] == [APP]


def test_docker_that_does_not_answer_for_a_while_is_no_reason_to_go_back(tmp_path: Path) -> None:
    server = first(tmp_path, two=Image(has_check=True, slow=30))
    server.docker.update("two")
    server.docker.after(10, lambda: server.docker.programs.update({"docker inspect": Done(124)}))
    server.docker.after(60, lambda: server.docker.programs.update({"docker inspect": server.docker.inspect}))
    assert server.act() == "Self-update complete. "


def test_a_first_image_that_is_not_well_is_said(tmp_path: Path) -> None:
    server = Server(tmp_path, {"one": BAD["whose health check fails"]})
    with pytest.raises(Final, match="^infrakt does not get well: firstlight logs infrakt$"):
        server.act()
    assert server.good == ""
    server = Server(tmp_path, {"one": BAD["that cannot be started"]})
    with pytest.raises(Final, match=r"^starting infrakt: docker: .*exec format error$"):
        server.act()


def test_a_first_image_may_stumble(tmp_path: Path) -> None:
    """It waits for its database, say."""
    server = Server(tmp_path, {"one": Image(crashes=4)})
    server.docker.after(20, lambda: server.docker.images.update(one=Image()))
    assert server.act() == ""
    assert server.good == "one"


def test_the_last_good_image_that_got_ill_too(tmp_path: Path) -> None:
    server = first(tmp_path, two=BAD["that crashes at once"])
    server.docker.images["one"] = BAD["whose health check fails"]
    for image in ("one", "two"):
        server.docker.update(image)
        with pytest.raises(Final, match="^infrakt does not get well"):
            server.act()


def test_a_good_image_that_is_gone(tmp_path: Path) -> None:
    server = first(tmp_path, two=BAD["that crashes at once"])
    server.docker.update("two")
    del server.docker.images["one"]
    with pytest.raises(Final, match="^going back: docker: .*No such image"):
        server.act()


def test_without_a_token_a_first_start_ends_with_the_reason(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.answers[MANIFEST] = reply(403)
    with pytest.raises(Final, match="^ghcr.io does not let _token read acme/app:latest"):
        server.act()
    assert not server.docker.ran("docker", "compose", "up")
    # The site is up already: an old token takes it down at no boot.
    server = first(tmp_path)
    server.answers[MANIFEST] = reply(403)
    with pytest.raises(Final, match="^It is up, but could not be renewed: ghcr.io does not let"):
        server.act()
    assert server.docker.image == "one"


def test_a_public_image(tmp_path: Path) -> None:
    public = SITE._replace(token=None)
    login = tmp_path / "run/firstlight/login/config.json"
    login.parent.mkdir(parents=True)
    login.write_text("{}")
    server = Server(tmp_path)
    assert server.act(public) == ""
    assert not login.exists()
    # What is here is not asked for.
    server.answers[MANIFEST] = reply(401)
    assert server.act(public) == ""
    server.docker.names[NAME] = ""
    with pytest.raises(Final, match=r"could not be renewed: ghcr.io shows nobody .* with the option --token"):
        server.act(public)


def test_only_what_is_missing_is_pulled(tmp_path: Path) -> None:
    server = first(tmp_path)
    server.docker.remote = "two"
    server.act()
    assert not server.docker.ran("docker", "pull")
    assert not server.docker.ran("docker", "compose", "pull")


def test_a_pull_that_fails_for_a_while(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.docker.pulls = Done(1, b"", b"TLS handshake timeout\n")
    server.docker.after(300, lambda: setattr(server.docker, "pulls", Done(0)))
    assert server.act() == ""
    assert server.docker.image == "one"


def test_the_compose_file_comes_from_a_repository(tmp_path: Path) -> None:
    server = Server(tmp_path)

    def answer(request: Request) -> Response:
        assert request.headers["Authorization"] == "Bearer token"
        return reply(200, b"services: {}\n")

    server.answers["GET https://api.github.com/repos/a/b/contents/c?ref=main"] = answer
    server.act(SITE._replace(repository=site.Repository("a/b", "main", "c")))
    there = server.disk.read(PurePosixPath(SITE.compose[0]))
    assert there
    assert there.data == b"services: {}\n"


def test_keys_and_login_go_to_the_containers_own_process(tmp_path: Path, given_away: list[tuple[str, Owner]]) -> None:
    first(tmp_path)
    us = Owner(os.getuid(), os.getgid())
    assert given_away == [("/opt/infrakt/ssh", us), ("/run/firstlight/login", us)]


def test_an_entrypoint_that_begins_as_root_is_waited_for(
    tmp_path: Path, given_away: list[tuple[str, Owner]], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, users = Path.stat, [0, 0, 54321]

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = real(path, follow_symlinks=follow_symlinks)
        if path.name != "4711":
            return found
        user = users.pop(0) if len(users) > 1 else users[0]
        return os.stat_result((*found[:4], user, *found[5:]))

    monkeypatch.setattr(Path, "stat", stat)
    server = first(tmp_path)
    assert {owner.user for _, owner in given_away} == {54321}
    given_away.clear()
    users[:] = [0]
    before = server.docker.passed
    server.act()  # one that stays root
    assert {owner.user for _, owner in given_away} == {0}
    assert server.docker.passed - before < 60


def test_what_is_not_needed_for_serving_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = "^infrakt cannot read its keys and its login: "
    server = first(tmp_path)
    (tmp_path / "proc/4711").rmdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Disk, "give", lambda *_: None)
        assert server.act().startswith(note[1:])
    (tmp_path / "proc/4711").mkdir()

    def full(*_: object) -> None:
        raise Final("/opt/infrakt/ssh: it is a file")

    monkeypatch.setattr(Disk, "give", full)
    assert server.act() == note[1:] + "/opt/infrakt/ssh: it is a file"
    assert server.docker.image == "one"


def test_a_container_that_ends_while_its_owner_is_looked_up(tmp_path: Path) -> None:
    server = first(tmp_path)
    server.docker.images["one"] = Image(crashes=0)
    app = server.app()
    server.docker.programs["docker inspect"] = in_turn(server.docker.inspect, Done(1, b"[]\n"), server.docker.inspect)
    with pytest.raises(Final, match="does not get well"):
        app.act(server.run)


def test_an_application_without_an_updater(tmp_path: Path) -> None:
    alone = SITE._replace(updater=None, keys=None)
    server = first(tmp_path)
    assert server.act(alone) == ""
    assert not [call for call in server.docker.calls if UPDATER in call.argv]
