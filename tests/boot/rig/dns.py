"""DNS from a table, answering differently to the guest and to the world, and silent when a scenario says so."""

import socket
import struct
import threading
from collections.abc import Mapping

A, AAAA = 1, 28
NXDOMAIN = 3


class Dns:
    """One view: names → addresses, v4 and v6 mixed. What is not in the table does not exist."""

    def __init__(self, address: str, records: Mapping[str, list[str]]) -> None:
        self.records = dict(records)
        self.silent = False  # drop every question, as while the network comes up
        self.questions: list[str] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                packet, sender = self.socket.recvfrom(4096)
                reply = self.answer(packet)
                if reply and not self.silent:
                    self.socket.sendto(reply, sender)
            except OSError:
                continue  # the asker is gone
            except (struct.error, IndexError, UnicodeDecodeError):
                continue  # not a question

    def answer(self, packet: bytes) -> bytes | None:
        """The reply to one question: its section echoed, then the table's addresses of the asked type."""
        name, end = read_name(packet)
        (kind,) = struct.unpack_from("!H", packet, end)
        question = packet[12 : end + 4]
        self.questions.append(name)
        known = self.records.get(name)
        found = [pack(address) for address in known or [] if kind == (AAAA if ":" in address else A)]
        (flags,) = struct.unpack_from("!H", packet, 2)
        header = packet[:2] + struct.pack(
            "!HHHHH", 0x8480 | (flags & 0x0100) | (0 if known is not None else NXDOMAIN), 1, len(found), 0, 0
        )
        records = b"".join(struct.pack("!HHHIH", 0xC00C, kind, 1, 1, len(address)) + address for address in found)
        return header + question + records


def read_name(packet: bytes) -> tuple[str, int]:
    """The question's name in lower case, and where it ends."""
    labels, at = [], 12
    while length := packet[at]:
        labels.append(packet[at + 1 : at + 1 + length].decode("ascii").lower())
        at += 1 + length
    return ".".join(labels), at + 1


def pack(address: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
