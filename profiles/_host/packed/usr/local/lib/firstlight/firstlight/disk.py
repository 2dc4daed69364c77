





import contextlib
import errno
import os
import shutil
import stat


from typing import NamedTuple

from.errors import Final

Af=1<<20


Ao=50


_a=".firstlight-new"
_b=contextlib.suppress(FileNotFoundError)


class Bp(NamedTuple):


 user:str
 group:str


class Content(NamedTuple):


 data:str
 mode:str

 owner:str


class Ar:





 def __init__(a,b,*,links=True):



  a._c,a._d=b,links

 def read(a,b):





  with _b,a._e(b)as(c,d):

   e=os.fdopen(c,"rb",closefd=False).read(Af+1)
   if len(e)>Af:
    raise Final(f"{b} has more than {Af} bytes: is it the right file?")
   return Content(e,stat.S_IMODE(d.st_mode),Bp(d.st_uid,d.st_gid))
  return None

 def data(a,b):

  c=a.read(b)
  return c.data if c else b""

 def write(a,b,c,mode,d=None):








  new=f".{b.name}{_a}"
  with a._f(b,make=True)as e:
   with _b:
    os.unlink(new,dir_fd=e)
   f=os.open(new,os.O_WRONLY|os.O_CREAT|os.O_EXCL,0o600,dir_fd=e)
   try:
    while c:
     c=c[os.write(f,c):]
    if d:
     os.fchown(f,*d)

    os.fchmod(f,mode)
    os.fsync(f)
    os.rename(new,b.name,src_dir_fd=e,dst_dir_fd=e)
    os.fsync(e)
   finally:
    os.close(f)
    with _b:
     os.unlink(new,dir_fd=e)

 def folder(a,b,mode):





  with a._f(b,None,make=True)as folder:
   _g(folder,mode=mode)

 def give(a,b,c):

  with _b,a._f(b,None)as d:
   _g(d,c)
  for e in a.files(b):
   with _b,a._e(e)as(f,g):

    if g.st_nlink==1:
     _g(f,c)

 def make_private(a,b):





  with _b,a._e(b)as(c,d):

   if d.st_nlink>1:
    raise Final(f"{b} has a second name: put a file of its own there")
   _g(c,Bp(os.geteuid(),os.getegid()),0o600)

 def remove(a,b):

  with _b,a._f(b)as c:
   os.unlink(b.name,dir_fd=c)
   os.fsync(c)

 def rename(a,b,new):





  with _b,a._f(new)as c:
   os.rename(b.name,new.name,src_dir_fd=c,dst_dir_fd=c)
   os.fsync(c)

 def remove_folder(a,b):





  with _b,a._f(b)as c:
   try:

    shutil.rmtree(f"/proc/self/fd/{c}/{b.name}")
   except RecursionError:
    raise Final(f"{b} has too many folders within each other: rm -r {b}")from None

 def files(a,b):





  c,d=[],[b]
  while d:
   e=d.pop()
   if len(e.parts)>len(b.parts)+Ao:
    raise Final(f"{b} has more than {Ao} folders within each other: remove them")
   with _b,a._f(e,None)as f,os.scandir(f)as g:
    for h in g:
     if h.is_dir(follow_symlinks=False):
      d.append(e/h.name)
     elif h.is_file(follow_symlinks=False)and not h.name.endswith(_a):
      c.append(e/h.name)
  return sorted(c)

 @contextlib.contextmanager
 def _f(a,b,c=-1,*,make=False):





  d=os.open(a._c,os.O_DIRECTORY)
  try:
   for e in b.parts[1:c]:
    if make:
     with contextlib.suppress(FileExistsError):
      os.mkdir(e,0o700,dir_fd=d)
      os.fsync(d)
    f=os.fstat(d)
    g=a._d and f.st_uid==os.geteuid()and not f.st_mode&0o022
    h=os.open(e,os.O_DIRECTORY|(0 if g else os.O_NOFOLLOW),dir_fd=d)
    os.close(d)
    d=h
   yield d
  except OSError as error:
   if not make and isinstance(error,FileNotFoundError):
    raise
   if error.errno in(errno.ELOOP,errno.ENOTDIR):
    raise Final(f"{b} leads through a link that is not followed, or through a file: remove it")from None
   raise Final(f"{b}: {error.strerror or error}")from None
  finally:
   os.close(d)

 @contextlib.contextmanager
 def _e(a,b):

  with a._f(b)as c:
   d=os.open(b.name,os.O_NOFOLLOW|os.O_NONBLOCK,dir_fd=c)
   try:
    e=os.fstat(d)
    if not stat.S_ISREG(e.st_mode):
     raise Final(f"{b} is not a file: remove it")
    yield d,e
   finally:
    os.close(d)


def _g(a,b=None,mode=None):

 c=os.fstat(a)
 if b and b!=(c.st_uid,c.st_gid):
  os.fchown(a,*b)
 if mode and mode!=stat.S_IMODE(c.st_mode):
  os.fchmod(a,mode)
