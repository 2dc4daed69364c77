"""The network has a problem: the server waits for it to end, or reports it."""

import time

from rig import checks, images, site
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect
from rig.world import GATEWAY, GATEWAY6, GUEST_INSIDE, GUEST_OUTSIDE, NTP_NAMES

ELSEWHERE = "203.0.113.9"


def dns_late(rig: Rig) -> None:
    """DNS does not answer for the first two minutes: the steps are retried, and the site comes up."""
    rig.world.dns.silent = True
    guest = site.deploy(rig)
    guest.wait_ssh(timeout=300)
    checks.waits(guest, "ghcr.io", timeout=240)
    time.sleep(max(0, 120 - guest.seconds()))
    rig.world.dns.silent = False
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))


def clock_back(rig: Rig) -> None:
    """The machine's clock is set to 2016, and the time servers answer only after 90 seconds."""
    rig.world.ntp.silent = True
    guest = site.deploy(rig, clock="2016-11-23T00:00:00")
    guest.wait_ssh()
    checks.waits(guest, "time", timeout=120)
    time.sleep(max(0, 90 - guest.seconds()))
    rig.world.ntp.silent = False
    guest.ssh("systemctl restart systemd-timesyncd")  # instead of waiting for its next poll
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))


def ipv6_only(rig: Rig) -> None:
    """The machine has no IPv4 route: `status` reports it within seconds, with the reason."""
    guest = site.deploy(rig, network=NO_IPV4_ROUTE)
    guest.wait_ssh()
    checks.fails(guest, "IPv4", "ghcr.io", timeout=60)
    rig.say("power-on to the verdict", guest.seconds())


def ipv6_public(rig: Rig) -> None:
    """The machine has no IPv4 route, and its Docker has IPv6: a public image is pulled from Docker Hub's IPv6 address, and the site comes up."""
    rig.world.publish((images.INFRAKT, "today-v1"), ("library/infrakt", "latest"))
    names = rig.world.dns.records
    names |= {name: [GATEWAY6] for name, found in names.items() if found == [GATEWAY] and name not in NTP_NAMES}
    # With IPv4 addresses alone, and not asked for anything.
    names["docker.io"] = [ELSEWHERE]
    file = rig.folder / "compose.yaml"
    file.write_text(WITH_IPV6)
    settings = [f"compose={file}", "service=web", "port=8000", "health=/api/health", "registry=docker.io"]
    options = [word for setting in settings for word in ("--set", setting)]
    document = rig.render("--profile", "compose", *options)
    guest = rig.guest(document, overlay={"/etc/docker/daemon.json": (DAEMON, 0o644)}, network=NO_IPV4_ROUTE)
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    status = guest.ssh("firstlight status")
    expect("No IPv4 route" in status, f"status does not say what cannot be reached: {status}")
    expect(not guest.ssh("ip -4 route show default"), "there is an IPv4 route: the scenario proves nothing")


# Docker before 27 translates IPv6 addresses only when told so, and has none to give to a network.
DAEMON = b'{"experimental": true, "ip6tables": true}\n'
WITH_IPV6 = """\
services:
  web:
    image: infrakt:latest
    volumes: ["data:/home/infrakt/.infrakt"]
networks:
  default:
    enable_ipv6: true
    ipam: {config: [{subnet: "fd00:f1::/64"}]}
volumes:
  data:
"""


def domain_elsewhere(rig: Rig, guest: Guest) -> None:
    """The domain points to another machine: `status` names its address and says that the application is healthy; then DNS is corrected."""
    rig.world.dns.records[rig.world.domain] = [ELSEWHERE]
    rig.world.outside_dns.records[rig.world.domain] = [ELSEWHERE]
    guest.ssh("firstlight teardown --volumes --yes && firstlight apply", timeout=240)
    checks.waits(guest, ELSEWHERE, GUEST_INSIDE, timeout=300)
    guest.wait_for("done for the application", "firstlight status | grep -q '^app *done'", timeout=120)
    rig.world.dns.records[rig.world.domain] = [GUEST_INSIDE]
    rig.world.outside_dns.records[rig.world.domain] = [GUEST_OUTSIDE]
    checks.up(guest)


def port_taken(rig: Rig, guest: Guest) -> None:
    """Another web server uses port 80: `status` names it and leaves it running; when it is stopped, `apply` continues."""
    guest.ssh("firstlight teardown --yes && systemd-run --quiet --unit=squatter python3 -m http.server 80", timeout=180)
    guest.ssh("firstlight apply")
    checks.fails(guest, "port 80", "python3", timeout=120)
    guest.ssh("systemctl is-active squatter && systemctl stop squatter && firstlight apply")
    checks.up(guest)


NO_IPV4_ROUTE = f"""version: 2
ethernets:
  all:
    match: {{name: "e*"}}
    dhcp4: false
    dhcp6: false
    accept-ra: true
    addresses: [{GUEST_INSIDE}/24]
    nameservers: {{addresses: [{GATEWAY.rpartition(".")[0]}.3]}}
"""

CASES = {
    "dns-late": dns_late,
    "clock-back": clock_back,
    "ipv6-only": ipv6_only,
    "ipv6-public": ipv6_public,
    "domain-elsewhere": domain_elsewhere,
    "port-taken": port_taken,
}
SITE = {"domain-elsewhere", "port-taken"}
