"""Containers are kept from the cloud's metadata, by the rules of the unit and the kernel's own packet filter."""

import ipaddress
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import firstlight
from firstlight import metadata, paths, site
from firstlight.compose import Compose
from firstlight.system import Done
from stand_in.docker import Docker, Image
from stand_in.network import PORTS
from test_site import DATA
from test_units import FOLDER

SITE = site.parse(json.dumps(DATA).encode(), paths.SITE)
RULES = "\n".join(re.findall("(?m)^StandardInputText=(.*)$", (FOLDER / metadata.UNIT).read_text()))

PROVIDERS = """169.254.169.254 169.254.42.42 169.254.170.2 168.63.129.16 100.100.100.200 fd00:ec2::254 fd00:ec2::23
fd00:ec2::253 fd20:ce::254 fd00:a9fe:a9fe::1 fd00:c1::a9fe:a9fe fd00:42::42"""
"""Where AWS, Google, Azure, Alibaba, Linode, Oracle, Scaleway and all others with 169.254.169.254 answer."""


def test_the_rules_and_verify_know_every_address() -> None:
    sets = " ".join(re.findall(r"daddr \{ (.*) \} goto refused", RULES)).replace(",", "").split()
    networks = [ipaddress.ip_network(one) for one in sets]
    for address in (*PROVIDERS.split(), *metadata.ADDRESSES):
        assert any(ipaddress.ip_address(address) in network for network in networks), address
    # And none that is for nothing.
    for network in networks:
        assert any(ipaddress.ip_address(address) in network for address in metadata.ADDRESSES), network


NETWORK = pytest.mark.xdist_group("network")
"""These tests are run by one process, so that the namespaces are made once."""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Who reached whom in a network of namespaces."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    for tool in ("nft", "ip", "unshare", "nsenter"):
        if not shutil.which(tool, path=path):
            pytest.skip(f"there is no {tool}")
    if subprocess.run(["unshare", "-Urn", "nft", "list", "ruleset"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let ordinary users make namespaces with a packet filter")
    here = Path(__file__).parent
    env = {"PATH": path, "PYTHONPATH": f"{here}:{Path(firstlight.__file__).parents[1]}", "PYTHONDONTWRITEBYTECODE": "1"}
    argv = ["unshare", "-Urn", sys.executable, str(here / "stand_in/network.py")]
    done = subprocess.run(argv, input=RULES.encode(), env=env, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@NETWORK
def test_a_container_opens_nothing_but_dns(told: dict[str, Any]) -> None:
    for address in metadata.ADDRESSES:
        for port in PORTS:
            answer = "here" if port == 53 else "ConnectionRefusedError"
            assert told["refused"][f"{address} {port}"] == answer, (address, port)
    assert told["udp"] == ["here", "ConnectionRefusedError"]
    assert told["from a port of its own"] == "ConnectionRefusedError"
    # An application that looks for credentials goes on without waiting.
    assert told["at once"]


@NETWORK
def test_all_else_goes_on(told: dict[str, Any]) -> None:
    assert told["elsewhere"] == told["server"] == "here"
    # Azure's load balancer asks from that address, and the reply of the container reaches it.
    assert told["probes"] == ["here"] * 3


@NETWORK
def test_verify_tries_it_in_the_containers_network(told: dict[str, Any]) -> None:
    everything = f"it reaches {' '.join(metadata.ADDRESSES)}"
    assert (told["before"], told["after"], told["let"]) == (everything, "", everything)


@pytest.fixture
def server(tmp_path: Path) -> Docker:
    server = Docker(tmp_path, images={"one": Image()})
    server.programs |= {"nsenter -t 4711 -n true": Done(0), "docker network inspect": Done(0, b'{"a":"b"}\n')}
    server.new("one").began = 0
    return server


def checks(server: Docker) -> list[tuple[str, str]]:
    return list(metadata.checks(server, Compose(server, SITE)))


CLOSED = "infrakt-infrakt-1 cannot reach the cloud's metadata"


def test_what_verify_says(server: Docker) -> None:
    assert checks(server) == [(CLOSED, "")]
    assert {call.argv[-1] for call in server.ran("nsenter", "-t", "4711", "-n", "bash")} == set(metadata.ADDRESSES)
    for address in ("168.63.129.16", "fd00:ec2::254"):
        server.programs[f"nsenter -t 4711 -n bash -c </dev/tcp/$0/80 {address}"] = Done(0)
    assert checks(server) == [(CLOSED, "it reaches 168.63.129.16 fd00:ec2::254")]
    # What was not tried is not all right.
    server.programs["nsenter -t 4711 -n true"] = Done(1, b"", b"nsenter: cannot open /proc/4711/ns/net\n")
    assert checks(server) == [(CLOSED, "nsenter: nsenter: cannot open /proc/4711/ns/net")]


def test_what_may_use_it_is_named(server: Docker) -> None:
    server.programs["docker network inspect"] = Done(0, b'{}\n{"com.docker.network.bridge.name":"fl-metadata"}\n')
    because = "infrakt-infrakt-1 may use the cloud's metadata, because "
    assert checks(server) == [(f"{because}it is in the network fl-metadata", "")]
    assert server.ran("docker", "network", "inspect")[0].argv[5:] == ("infrakt_default",)
    shown = json.loads(server.inspect(server.ran("docker", "inspect")[0]).out)
    shown[0] |= {"HostConfig": {"NetworkMode": "host"}, "NetworkSettings": {"Networks": {"host": {}}}}
    server.programs["docker inspect"] = Done(0, json.dumps(shown).encode())
    assert checks(server) == [(f"{because}it uses the server's network", "")]
    assert not server.ran("nsenter")


def test_containers_that_do_not_run_and_a_docker_that_does_not(server: Docker) -> None:
    server.containers[0].began = None
    assert checks(server) == []
    server.containers.clear()
    assert checks(server) == []
    server.programs["docker ps"] = Done(1, b"", b"Cannot connect to the Docker daemon\n")
    assert checks(server) == [("no container can reach the cloud's metadata", "Cannot connect to the Docker daemon")]
