"""The time, for a guest whose clock may be years off; silent when a scenario says so."""

import socket
import struct
import threading
import time

SINCE_1900 = 2_208_988_800


class Ntp:
    """SNTP in one packet: enough for systemd-timesyncd."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.silent = False
        self.asked = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 123))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                packet, sender = self.socket.recvfrom(512)
                self.asked += 1
                if len(packet) >= 48 and not self.silent:
                    self.socket.sendto(answer(packet), sender)
            except OSError:
                continue  # the asker is gone


def answer(packet: bytes) -> bytes:
    """Version 4, server, stratum 1; the asker's transmit time comes back as the origin."""
    now = int((time.time() + SINCE_1900) * 2**32)
    return struct.pack("!BBbbII4sQ8sQQ", 0x24, 1, 6, -20, 0, 0, b"RIG\0", now, packet[40:48], now, now)
