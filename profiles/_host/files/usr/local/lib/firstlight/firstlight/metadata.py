"""Keeps containers from the cloud's metadata service, and tries whether one of them reaches it.

The rules and their reasons are in `firstlight-metadata.service`, which systemd starts before Docker (`Wants=`). With
`Requires=`, a failure would also stop all other containers of the server; so the step `app` looks, and stops its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from .compose import Compose
from .errors import Final, Later
from .programs import complaint, demand
from .steps import Run
from .system import System

if TYPE_CHECKING:
    from .compose import Container

UNIT = "firstlight-metadata.service"

ADDRESSES = (
    "169.254.169.254",
    "169.254.42.42",
    "168.63.129.16",
    "100.100.100.200",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fd00:a9fe:a9fe::1",
    "fd00:c1::a9fe:a9fe",
    "fd00:42::42",
)
"""What `verify` tries: one address of each provider's service."""

BRIDGE = "fl-metadata"
"""The bridge's name of a Docker network that may use the metadata."""


def close(run: Run) -> None:
    """Sets the rules, again if need be: whoever loads another firewall may have removed them.

    Raises:
        Final: they cannot be set.
    """
    set_rules = ["systemctl", "reload-or-restart", UNIT]
    run.retry(60, "closing the cloud's metadata to containers", lambda: demand(run.system, set_rules))


def checks(system: System, compose: Compose) -> Iterator[tuple[str, str]]:
    """For `verify`: what is checked for each running container of the site, and what is wrong with it.

    It is tried from the server, in the container's network: an image may have no program for it.
    """
    try:
        for one in compose.all():
            name, pid, why = one["Name"][1:], str(one["State"]["Pid"]), _permission(system, one)
            if why:
                yield f"{name} may use the cloud's metadata, because {why}", ""
            elif pid != "0":
                yield f"{name} cannot reach the cloud's metadata", _problem(system, pid)
    except (Final, Later) as error:
        yield "no container can reach the cloud's metadata", str(error)


def _permission(system: System, container: Container) -> str:
    """Why the rules do not concern a container; nothing if they do."""
    if container["HostConfig"]["NetworkMode"] == "host":
        return "it uses the server's network"
    names = ["docker", "network", "inspect", "-f", "{{json .Options}}", *container["NetworkSettings"]["Networks"]]
    return f"it is in the network {BRIDGE}" * (f'"{BRIDGE}"'.encode() in system.run(names).out)


def _problem(system: System, pid: str) -> str:
    """What a process reaches that it should not, or why that could not be tried; else nothing."""
    inside = ["nsenter", "-t", pid, "-n"]
    entered = system.run([*inside, "true"])
    if not entered.ok:
        return complaint(inside, entered)

    def is_open(address: str) -> bool:
        return system.run([*inside, "bash", "-c", "</dev/tcp/$0/80", address], timeout=5).ok

    with ThreadPoolExecutor() as pool:
        reached = [address for address, answer in zip(ADDRESSES, pool.map(is_open, ADDRESSES), strict=True) if answer]
    return f"it reaches {' '.join(reached)}" if reached else ""
