import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from firstlight.carry_over import carry_over
from firstlight.disk import Disk
from firstlight.http import Http
from firstlight.stores import Means
from stand_in.system import StandIn
from test_site import DATA, parse

OLD = "/etc/caddy/Caddyfile"
BEFORE = r"""# the system's Caddy
{
	email old@example.com # it is theirs
	admin off
	servers {
		protocols h1 h2
	}
	acme_ca https://acme.example.com/directory
}

:80 {
	root * /usr/share/caddy
	file_server
}

infrakt.example.com {
	reverse_proxy localhost:8000
}

https://www.infrakt.example.com, alias.example.com {
	respond "half ours, by its first name"
}

other.example.com:443,
INFRAKT.example.com {
	respond "half ours, by its last name"
}

(headers) {
	header X-Robots-Tag none
}

blog.example.com {
	import headers
	import common.conf
	handle /api/* {
		reverse_proxy localhost:3000 {
			header_up Host {host}
		}
	}
	respond "a { in text, and \" as well" 200
	respond /heredoc <<END
		} this is text {
		END 200
	respond /backtick `}`
}

http://plain.example.com {
	respond "hello"
}

:8080 {
	respond "a bare port"
}
import more/*.caddy
import none/*
"""
KEPT = r"""alias.example.com {
	respond "half ours, by its first name"
}
other.example.com:443 {
	respond "half ours, by its last name"
}
(headers) {
	header X-Robots-Tag none
}
blog.example.com {
	import headers
	encode gzip
log
	handle /api/* {
		reverse_proxy localhost:3000 {
			header_up Host {host}
		}
	}
	respond "a { in text, and \" as well" 200
	respond /heredoc <<END
		} this is text {
		END 200
	respond /backtick `}`
}
http://plain.example.com {
	respond "hello"
}
more.example.com {
	respond "more"
}
"""
OPTIONS = """email old@example.com \nservers {
		protocols h1 h2
	}
"""
IMPORTED = {
    "common.conf": "\tencode gzip\nimport inner/log.conf",
    "inner/log.conf": "log",
    "more/a.caddy": 'more.example.com {\n\trespond "more"\n}\n',
    "more/b.caddy": "www.infrakt.example.com {\n}\n",
}


@pytest.fixture
def means(system: StandIn) -> Means:
    return Means(system, Http(), Disk(system.root))


def lay(means: Means, text: str, **files: str) -> None:
    for name, data in {"Caddyfile": text, **files}.items():
        means.disk.write(PurePosixPath("/etc/caddy", name), data.encode(), 0o644)


def there(means: Means, ending: str = "caddy") -> str | None:
    content = means.disk.read(PurePosixPath(f"/opt/infrakt/sites/carried-over.{ending}"))
    return content.data.decode() if content else None


def carry(means: Means) -> str:
    return carry_over(means, parse(DATA))


def test_every_name_is_compared_and_what_is_imported_comes_along(means: Means) -> None:
    lay(means, BEFORE, **IMPORTED)
    assert carry(means) == ""
    assert there(means) == KEPT
    assert there(means, "options") == OPTIONS


@pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not installed")
def test_caddy_takes_it(means: Means, tmp_path: Path) -> None:
    lay(means, BEFORE, **IMPORTED)
    carry(means)
    main = tmp_path / "opt/infrakt/Caddyfile"
    main.write_text("{\n\timport sites/*.options\n}\ninfrakt.example.com {\n}\nimport sites/*.caddy\n")
    adapt = [str(shutil.which("caddy")), "adapt", "--validate", "--config", str(main)]
    done = subprocess.run(adapt, capture_output=True, text=True, check=False, env={"HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in ("alias.", "other.", "blog.", "plain.", "more.", "old@example.com"))


def test_what_was_carried_over_once_is_left_alone(means: Means) -> None:
    lay(means, "a.example.com {\n}\n")
    carry(means)
    means.disk.write(PurePosixPath("/opt/infrakt/sites/carried-over.caddy"), b"mine", 0o600)
    lay(means, "b.example.com {\n}\n")
    assert carry(means) == ""
    assert there(means) == "mine"


@pytest.mark.parametrize(
    "text", ["", ":80 {\n}\n", "infrakt.example.com {\n}\n", "(snippet) {\n}\n", "{\n\temail a@b.c\n}\n"]
)
def test_where_no_site_is_nothing_is_written(means: Means, text: str) -> None:
    assert carry(means) == ""
    lay(means, text)
    assert carry(means) == ""
    assert there(means) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a.example.com\nrespond hello\n", "a.example.com stands outside of braces"),
        ("import snippet\n", "import stands outside of braces"),
        ("a.example.com {\nimport link\n}\n", "/etc/caddy/link leads through a link that is not followed"),
        ("a.example.com {\nimport **x\n}\n", "'**'"),
        ("import folder\n", "/etc/caddy/folder is not a file"),
        ("import //x\n", "import stands outside of braces"),
    ],
)
def test_what_cannot_be_carried_over_is_said(means: Means, text: str, what: str) -> None:
    lay(means, text)
    (means.system.root / "etc/caddy/link").symlink_to("/etc/passwd")
    (means.system.root / "etc/caddy/folder").mkdir()
    note = carry(means)
    assert note.startswith("the sites in /etc/caddy/Caddyfile were not carried over: ")
    assert what in note
    assert there(means) is None


def test_files_that_import_each_other_come_to_an_end(means: Means) -> None:
    lay(means, "a.example.com {\nimport b\n}\n", b="log\nimport b")
    assert carry(means) == ""
    assert str(there(means)).count("log") == 8
