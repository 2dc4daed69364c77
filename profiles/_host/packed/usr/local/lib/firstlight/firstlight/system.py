

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import NamedTuple

OUTPUT = 1 << 20


NOT_FOUND, TIMED_OUT = 127, 124




_GRACE, _REST = 5.0, 1.0


class Done(NamedTuple):


 code: str
 out: str = b""
 err: str = b""

 @property
 def ok(self):

  return self.code == 0


class System:


 root = Path("/")


 def run(
  self, argv, *, input = None, timeout = 60, env = None
 ):





  path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  try:

   with os.fdopen(os.memfd_create("input"), "w+b", 0) as given:
    given.write(input or b"")
    given.seek(0)
    process = subprocess.Popen(
     argv,
     stdin=given,
     stdout=subprocess.PIPE,
     stderr=subprocess.PIPE,
     env={"PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/root", **(env or {})},
     start_new_session=True,
    )
  except OSError as error:
   return Done(NOT_FOUND, err=f"{argv[0]}: {error.strerror}".encode())
  out, err = bytearray(), bytearray()

  pairs = (process.stdout, out), (process.stderr, err)
  readers = [threading.Thread(target=_read, args=pair, daemon=True) for pair in pairs]
  for reader in readers:
   reader.start()
  late = b""
  try:
   code = process.wait(timeout)
  except subprocess.TimeoutExpired:
   code, late = TIMED_OUT, f"\n{argv[0]} did not end within {timeout:.0f} s".encode()

   for number in (signal.SIGTERM, signal.SIGKILL):
    with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
     os.killpg(process.pid, number)
     process.wait(_GRACE)
  for reader in readers:
   reader.join(_REST)
  return Done(code, bytes(out), bytes(err) + late)

 def now(self):

  return time.time()

 def monotonic(self):

  return time.monotonic()

 def sleep(self, seconds):

  time.sleep(seconds)


def _read(pipe, kept):

 with pipe:
  while piece := os.read(pipe.fileno(), 65536):
   kept += piece
   del kept[:-OUTPUT]
