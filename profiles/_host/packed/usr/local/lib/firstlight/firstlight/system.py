

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
 def ok(a):

  return a.code==0


class System:


 root=Path("/")


 def run(
  a,b,*,input=None,timeout=60,env=None
 ):





  c="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  try:

   with os.fdopen(os.memfd_create("input"),"w+b",0)as d:
    d.write(input or b"")
    d.seek(0)
    e=subprocess.Popen(
     b,
     stdin=d,
     stdout=subprocess.PIPE,
     stderr=subprocess.PIPE,
     env={"PATH":c,"LC_ALL":"C.UTF-8","HOME":"/root",**(env or{})},
     start_new_session=True,
    )
  except OSError as error:
   return Done(NOT_FOUND,err=f"{b[0]}: {error.strerror}".encode())
  f,err=bytearray(),bytearray()

  g=(e.stdout,f),(e.stderr,err)
  h=[threading.Thread(target=_c,args=i,daemon=True)for i in g]
  for j in h:
   j.start()
  k=b""
  try:
   l=e.wait(timeout)
  except subprocess.TimeoutExpired:
   l,k=TIMED_OUT,f"\n{b[0]} did not end within {timeout:.0f} s".encode()

   for m in(signal.SIGTERM,signal.SIGKILL):
    with contextlib.suppress(ProcessLookupError,subprocess.TimeoutExpired):
     os.killpg(e.pid,m)
     e.wait(_a)
  for j in h:
   j.join(_b)
  return Done(l,bytes(f),bytes(err)+k)

 def now(a):

  return time.time()

 def monotonic(a):

  return time.monotonic()

 def sleep(a,b):

  time.sleep(b)


def _c(a,b):

 with a:
  while c:=os.read(a.fileno(),65536):
   b+=c
   del b[:-OUTPUT]
