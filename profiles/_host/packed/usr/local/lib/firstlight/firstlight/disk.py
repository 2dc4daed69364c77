





import contextlib
import errno
import os
import shutil
import stat


from typing import NamedTuple

from .errors import Final

BOUND = 1 << 20


DEPTH = 50


_NEW = ".firstlight-new"
_IF_THERE = contextlib.suppress(FileNotFoundError)


class Owner(NamedTuple):


 user: str
 group: str


class Content(NamedTuple):


 data: str
 mode: str

 owner: str


class Disk:





 def __init__(self, root, *, links = True):



  self._root, self._links = root, links

 def read(self, path):





  with _IF_THERE, self._file(path) as (fd, found):

   data = os.fdopen(fd, "rb", closefd=False).read(BOUND + 1)
   if len(data) > BOUND:
    raise Final(f"{path} has more than {BOUND} bytes: is it the right file?")
   return Content(data, stat.S_IMODE(found.st_mode), Owner(found.st_uid, found.st_gid))
  return None

 def data(self, path):

  content = self.read(path)
  return content.data if content else b""

 def write(self, path, data, mode, owner = None):








  new = f".{path.name}{_NEW}"
  with self._folder(path, make=True) as folder:
   with _IF_THERE:
    os.unlink(new, dir_fd=folder)
   fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
   try:
    while data:
     data = data[os.write(fd, data) :]
    if owner:
     os.fchown(fd, *owner)

    os.fchmod(fd, mode)
    os.fsync(fd)
    os.rename(new, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)
   finally:
    os.close(fd)
    with _IF_THERE:
     os.unlink(new, dir_fd=folder)

 def folder(self, path, mode):





  with self._folder(path, None, make=True) as folder:
   _set(folder, mode=mode)

 def give(self, path, owner):

  with _IF_THERE, self._folder(path, None) as folder:
   _set(folder, owner)
  for one in self.files(path):
   with _IF_THERE, self._file(one) as (fd, found):

    if found.st_nlink == 1:
     _set(fd, owner)

 def make_private(self, path):





  with _IF_THERE, self._file(path) as (fd, found):

   if found.st_nlink > 1:
    raise Final(f"{path} has a second name: put a file of its own there")
   _set(fd, Owner(os.geteuid(), os.getegid()), 0o600)

 def remove(self, path):

  with _IF_THERE, self._folder(path) as folder:
   os.unlink(path.name, dir_fd=folder)
   os.fsync(folder)

 def rename(self, old, new):





  with _IF_THERE, self._folder(new) as folder:
   os.rename(old.name, new.name, src_dir_fd=folder, dst_dir_fd=folder)
   os.fsync(folder)

 def remove_folder(self, path):





  with _IF_THERE, self._folder(path) as folder:
   try:

    shutil.rmtree(f"/proc/self/fd/{folder}/{path.name}")
   except RecursionError:
    raise Final(f"{path} has too many folders within each other: rm -r {path}") from None

 def files(self, top):





  found, left = [], [top]
  while left:
   path = left.pop()
   if len(path.parts) > len(top.parts) + DEPTH:
    raise Final(f"{top} has more than {DEPTH} folders within each other: remove them")
   with _IF_THERE, self._folder(path, None) as folder, os.scandir(folder) as entries:
    for one in entries:
     if one.is_dir(follow_symlinks=False):
      left.append(path / one.name)
     elif one.is_file(follow_symlinks=False) and not one.name.endswith(_NEW):
      found.append(path / one.name)
  return sorted(found)

 @contextlib.contextmanager
 def _folder(self, path, end = -1, *, make = False):





  at = os.open(self._root, os.O_DIRECTORY)
  try:
   for part in path.parts[1:end]:
    if make:
     with contextlib.suppress(FileExistsError):
      os.mkdir(part, 0o700, dir_fd=at)
      os.fsync(at)
    found = os.fstat(at)
    ours = self._links and found.st_uid == os.geteuid() and not found.st_mode & 0o022
    below = os.open(part, os.O_DIRECTORY | (0 if ours else os.O_NOFOLLOW), dir_fd=at)
    os.close(at)
    at = below
   yield at
  except OSError as error:
   if not make and isinstance(error, FileNotFoundError):
    raise
   if error.errno in (errno.ELOOP, errno.ENOTDIR):
    raise Final(f"{path} leads through a link that is not followed, or through a file: remove it") from None
   raise Final(f"{path}: {error.strerror or error}") from None
  finally:
   os.close(at)

 @contextlib.contextmanager
 def _file(self, path):

  with self._folder(path) as folder:
   fd = os.open(path.name, os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
   try:
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode):
     raise Final(f"{path} is not a file: remove it")
    yield fd, found
   finally:
    os.close(fd)


def _set(fd, owner = None, mode = None):

 found = os.fstat(fd)
 if owner and owner != (found.st_uid, found.st_gid):
  os.fchown(fd, *owner)
 if mode and mode != stat.S_IMODE(found.st_mode):
  os.fchmod(fd, mode)
