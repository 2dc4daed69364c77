

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import NamedTuple

OUTPUT=1<<20


NOT_FOUND,TIMED_OUT=127,124




_a,_b=5.0,1.0


class Done(NamedTuple):


 code:str
 out:str=b""
 err:str=b""

 @property
 def ok(self):

  return self.code==0


class System:


 root=Path("/")


 def run(
  self,argv,*,input=None,timeout=60,env=None
 ):





  a="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  try:

   with os.fdopen(os.memfd_create("input"),"w+b",0)as b:
    b.write(input or b"")
    b.seek(0)
    c=subprocess.Popen(
     argv,
     stdin=b,
     stdout=subprocess.PIPE,
     stderr=subprocess.PIPE,
     env={"PATH":a,"LC_ALL":"C.UTF-8","HOME":"/root",**(env or{})},
     start_new_session=True,
    )
  except OSError as error:
   return Done(NOT_FOUND,err=f"{argv[0]}: {error.strerror}".encode())
  d,err=bytearray(),bytearray()

  e=(c.stdout,d),(c.stderr,err)
  f=[threading.Thread(target=_c,args=g,daemon=True)for g in e]
  for h in f:
   h.start()
  i=b""
  try:
   j=c.wait(timeout)
  except subprocess.TimeoutExpired:
   j,i=TIMED_OUT,f"\n{argv[0]} did not end within {timeout:.0f} s".encode()

   for k in(signal.SIGTERM,signal.SIGKILL):
    with contextlib.suppress(ProcessLookupError,subprocess.TimeoutExpired):
     os.killpg(c.pid,k)
     c.wait(_a)
  for h in f:
   h.join(_b)
  return Done(j,bytes(d),bytes(err)+i)

 def now(self):

  return time.time()

 def monotonic(self):

  return time.monotonic()

 def sleep(self,seconds):

  time.sleep(seconds)


def _c(pipe,kept):

 with pipe:
  while a:=os.read(pipe.fileno(),65536):
   kept+=a
   del kept[:-OUTPUT]
