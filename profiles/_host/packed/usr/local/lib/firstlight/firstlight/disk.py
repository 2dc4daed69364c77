





import contextlib
import errno
import os
import shutil
import stat


from typing import NamedTuple

from.errors import Final

BOUND=1<<20


DEPTH=50


_a=".firstlight-new"
_b=contextlib.suppress(FileNotFoundError)


class Owner(NamedTuple):


 user:str
 group:str


class Content(NamedTuple):


 data:str
 mode:str

 owner:str


class Disk:





 def __init__(self,root,*,links=True):



  self._c,self._d=root,links

 def read(self,path):





  with _b,self._e(path)as(a,b):

   c=os.fdopen(a,"rb",closefd=False).read(BOUND+1)
   if len(c)>BOUND:
    raise Final(f"{path} has more than {BOUND} bytes: is it the right file?")
   return Content(c,stat.S_IMODE(b.st_mode),Owner(b.st_uid,b.st_gid))
  return None

 def data(self,path):

  a=self.read(path)
  return a.data if a else b""

 def write(self,path,data,mode,owner=None):








  a=f".{path.name}{_a}"
  with self._f(path,make=True)as b:
   with _b:
    os.unlink(a,dir_fd=b)
   c=os.open(a,os.O_WRONLY|os.O_CREAT|os.O_EXCL,0o600,dir_fd=b)
   try:
    while data:
     data=data[os.write(c,data):]
    if owner:
     os.fchown(c,*owner)

    os.fchmod(c,mode)
    os.fsync(c)
    os.rename(a,path.name,src_dir_fd=b,dst_dir_fd=b)
    os.fsync(b)
   finally:
    os.close(c)
    with _b:
     os.unlink(a,dir_fd=b)

 def folder(self,path,mode):





  with self._f(path,None,make=True)as folder:
   _g(folder,mode=mode)

 def give(self,path,owner):

  with _b,self._f(path,None)as a:
   _g(a,owner)
  for b in self.files(path):
   with _b,self._e(b)as(c,d):

    if d.st_nlink==1:
     _g(c,owner)

 def make_private(self,path):





  with _b,self._e(path)as(a,b):

   if b.st_nlink>1:
    raise Final(f"{path} has a second name: put a file of its own there")
   _g(a,Owner(os.geteuid(),os.getegid()),0o600)

 def remove(self,path):

  with _b,self._f(path)as a:
   os.unlink(path.name,dir_fd=a)
   os.fsync(a)

 def rename(self,old,new):





  with _b,self._f(new)as a:
   os.rename(old.name,new.name,src_dir_fd=a,dst_dir_fd=a)
   os.fsync(a)

 def remove_folder(self,path):





  with _b,self._f(path)as a:
   try:

    shutil.rmtree(f"/proc/self/fd/{a}/{path.name}")
   except RecursionError:
    raise Final(f"{path} has too many folders within each other: rm -r {path}")from None

 def files(self,top):





  a,b=[],[top]
  while b:
   c=b.pop()
   if len(c.parts)>len(top.parts)+DEPTH:
    raise Final(f"{top} has more than {DEPTH} folders within each other: remove them")
   with _b,self._f(c,None)as d,os.scandir(d)as e:
    for f in e:
     if f.is_dir(follow_symlinks=False):
      b.append(c/f.name)
     elif f.is_file(follow_symlinks=False)and not f.name.endswith(_a):
      a.append(c/f.name)
  return sorted(a)

 @contextlib.contextmanager
 def _f(self,path,end=-1,*,make=False):





  a=os.open(self._c,os.O_DIRECTORY)
  try:
   for b in path.parts[1:end]:
    if make:
     with contextlib.suppress(FileExistsError):
      os.mkdir(b,0o700,dir_fd=a)
      os.fsync(a)
    c=os.fstat(a)
    d=self._d and c.st_uid==os.geteuid()and not c.st_mode&0o022
    e=os.open(b,os.O_DIRECTORY|(0 if d else os.O_NOFOLLOW),dir_fd=a)
    os.close(a)
    a=e
   yield a
  except OSError as error:
   if not make and isinstance(error,FileNotFoundError):
    raise
   if error.errno in(errno.ELOOP,errno.ENOTDIR):
    raise Final(f"{path} leads through a link that is not followed, or through a file: remove it")from None
   raise Final(f"{path}: {error.strerror or error}")from None
  finally:
   os.close(a)

 @contextlib.contextmanager
 def _e(self,path):

  with self._f(path)as a:
   b=os.open(path.name,os.O_NOFOLLOW|os.O_NONBLOCK,dir_fd=a)
   try:
    c=os.fstat(b)
    if not stat.S_ISREG(c.st_mode):
     raise Final(f"{path} is not a file: remove it")
    yield b,c
   finally:
    os.close(b)


def _g(fd,owner=None,mode=None):

 a=os.fstat(fd)
 if owner and owner!=(a.st_uid,a.st_gid):
  os.fchown(fd,*owner)
 if mode and mode!=stat.S_IMODE(a.st_mode):
  os.fchmod(fd,mode)
