"""A server between a container and a cloud, made of network namespaces; the kernel's packet filter is the real one.

`unshare -Urn python network.py` reads the rules from standard input and writes as JSON who reached whom. It needs no
root.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from firstlight import metadata
from firstlight.system import System

SERVER, CLOUD = "10.0.0.2", "10.0.0.1"
AZURE = "168.63.129.16"
PORTS = (53, 80, 443, 32526)

# What Docker does: containers go out under the server's address, and a port of the server's is one of a container.
_DOCKER = """
table inet nat {
    chain out { type nat hook postrouting priority 100; oifname cloud masquerade; }
    chain in { type nat hook prerouting priority -100; ip daddr 10.0.0.2 tcp dport 80 dnat ip to 172.18.0.2; }
    chain forward { type filter hook forward priority 0; accept; }
}
"""

# In whose network it is run, and what it does there: connects once, or answers everybody.
_CONNECT = """
import socket, sys
address, port, source, source_port = sys.argv[1:]
try:
    with socket.create_connection((address, int(port)), 3, (source, int(source_port)) if source else None) as one:
        print(one.recv(9).decode())
except OSError as error:
    print(type(error).__name__)
"""
_ASK = """
import socket, sys
address, port = sys.argv[1:]
with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as one:
    one.settimeout(3)
    one.connect((address, int(port)))
    try:
        one.send(b"?")
        print(one.recv(9).decode())
    except OSError as error:
        print(type(error).__name__)
"""
_ANSWER = """
import socket, sys, threading
def accept(server):
    while True:
        client = server.accept()[0]
        client.sendall(b"here")
        client.close()
def reply(address, port):
    one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((address, int(port)))
    while True:
        one.sendto(b"here", one.recvfrom(9)[1])
for port in sys.argv[1].split():
    server = socket.create_server(("::", int(port)), family=socket.AF_INET6, dualstack_ipv6=True)
    threading.Thread(target=accept, args=(server,), daemon=True).start()
for pair in sys.argv[2:]:
    threading.Thread(target=reply, args=pair.split(), daemon=True).start()
print("ready", flush=True)
threading.Event().wait(60)
"""


# Without the packages of the tests, which take longer to find than all that these do.
_PYTHON = sys.executable, "-IS", "-c"


def _do(*words: str, given: str | None = None) -> str:
    return subprocess.run(words, check=True, input=given, capture_output=True, text=True, timeout=30).stdout


class Namespace:
    """A network of its own, which lives as long as a process in it."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._process = self.start("unshare", "-n", "sh", "-c", "echo ready; exec sleep 60", own=False)
        self.pid = str(self._process.pid)
        self.do("ip", "link", "set", "lo", "up")

    def start(self, *words: str, own: bool = True) -> subprocess.Popen[str]:
        """A process in it, once it says that it is ready."""
        process = subprocess.Popen([*(self._enter() if own else ()), *words], stdout=subprocess.PIPE, text=True)
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    def _enter(self) -> list[str]:
        return ["nsenter", "-t", self.pid, "-n"]

    def do(self, *words: str) -> str:
        return _do(*self._enter(), *words)

    def connect(self, address: str, port: int, source: str = "", source_port: int = 0) -> str:
        """What is heard from there."""
        return self.do(*_PYTHON, _CONNECT, address, str(port), source, str(source_port)).strip()

    def ask(self, address: str, port: int) -> str:
        """The same by UDP."""
        return self.do(*_PYTHON, _ASK, address, str(port)).strip()

    def join(self, name: str, server: tuple[str, ...], here: tuple[str, ...], *, bridge: bool) -> None:
        """Connects it to the server, which has an interface or a bridge of that name."""
        outer = "br-port" + name[-3:] if bridge else name
        _do("ip", "link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", self.pid)
        if bridge:
            _do("ip", "link", "add", name, "type", "bridge")
            _do("ip", "link", "set", outer, "master", name)
            _do("ip", "link", "set", outer, "up")
        for address in server:
            _do("ip", "address", "add", address, "dev", name, *["nodad"] * (":" in address))
        _do("ip", "link", "set", name, "up")
        for address in here:
            self.do("ip", "address", "add", address, "dev", "eth0", *["nodad"] * (":" in address))
        self.do("ip", "link", "set", "eth0", "up")


@contextlib.contextmanager
def world() -> Iterator[tuple[Namespace, Namespace, Namespace]]:
    """A container, one in the network `fl-metadata`, and the cloud with its metadata at every address."""
    with contextlib.ExitStack() as stack:
        box, let, cloud = Namespace(stack), Namespace(stack), Namespace(stack)
        box.join("br-site", ("172.18.0.1/16", "fd00:aa::1/64"), ("172.18.0.2/16", "fd00:aa::2/64"), bridge=True)
        let.join("fl-metadata", ("172.19.0.1/16", "fd00:bb::1/64"), ("172.19.0.2/16", "fd00:bb::2/64"), bridge=True)
        cloud.join("cloud", (f"{SERVER}/24", "fd00:cc::2/64"), (f"{CLOUD}/24", "fd00:cc::1/64"), bridge=False)
        for address in metadata.ADDRESSES:
            cloud.do("ip", "address", "add", address, "dev", "lo", *["nodad"] * (":" in address))
        ways = {box: ("172.18.0.1", "fd00:aa::1"), let: ("172.19.0.1", "fd00:bb::1"), None: (CLOUD, "fd00:cc::1")}
        for namespace, gateways in ways.items():
            for gateway in gateways:
                (namespace.do if namespace else _do)("ip", "route", "add", "default", "via", gateway)
        for name in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
            Path("/proc/sys/net", name).write_text("1")
        # As Ubuntu has it.
        for path in Path("/proc/sys/net/ipv4/conf").glob("*/rp_filter"):
            path.write_text("2")
        _do("nft", "-f", "-", given=_DOCKER)
        cloud.start(*_PYTHON, _ANSWER, " ".join(map(str, PORTS)), f"{AZURE} 53", f"{AZURE} 123")
        box.start(*_PYTHON, _ANSWER, "80")
        yield box, let, cloud


def main() -> None:
    """Tries it without the rules and with them."""
    rules = sys.stdin.read()
    told: dict[str, object] = {}
    with world() as (box, let, cloud):
        problem = metadata._problem  # noqa: SLF001 (what `verify` runs)
        told["before"] = problem(System(), box.pid)
        # Twice: the second time they are there already.
        for _ in range(2):
            _do("nft", "-f", "-", given=rules)
        told["after"] = problem(System(), box.pid)
        told["let"] = problem(System(), let.pid)
        began = time.monotonic()
        told["refused"] = {f"{one} {port}": box.connect(one, port) for one in metadata.ADDRESSES for port in PORTS}
        told["at once"] = time.monotonic() - began < 3 * len(metadata.ADDRESSES)
        told["udp"] = [box.ask(AZURE, 53), box.ask(AZURE, 123)]
        told["elsewhere"] = box.connect(CLOUD, 80)
        told["from a port of its own"] = box.connect(AZURE, 80, "172.18.0.2", 8080)
        with socket.create_connection((AZURE, 80), 3) as one:
            told["server"] = one.recv(9).decode()
        told["probes"] = [cloud.connect(SERVER, 80, AZURE, port) for port in (0, 40000, 32527)]
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
