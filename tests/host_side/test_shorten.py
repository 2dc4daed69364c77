import pytest

from shorten import private, shorten

PROGRAM = """\
import os as osname
class Place:
 def __init__(self, root):
  self._root, self.open = root, None
 def _inner(self, many, *, why=""):
  found = []
  for one, other in many:
   found.append(f"{one.name!r} {self._root}/{other['one']} one {why}")
  return {one: other for one, other in found if one}
 def use(self, found, k):
  try:
   total = self._inner(found, why=k)
  except OSError as error:
   raise ValueError(error) from None
  return [name for name in total], osname
def outer(first):
 last = 0
 def inner(second):
  nonlocal last
  last = second
  return last
 return inner(first)
def with_class():
 class Inner:
  attribute = 1
 local = Inner.attribute
 return local
"""

SHORTER = """\
import os as osname
class Place:
 def __init__(self,root):
  self._a,self.open=root,None
 def _b(self,many,*,why=""):
  a=[]
  for b,c in many:
   a.append(f"{b.name!r} {self._a}/{c['one']} one {why}")
  return{b:c for b,c in a if b}
 def use(self,found,k):
  try:
   a=self._b(found,why=k)
  except OSError as error:
   raise ValueError(error)from None
  return[b for b in a],osname
def outer(first):
 last=0
 def a(b):
  nonlocal last
  last=b
  return last
 return a(first)
def with_class():
 class Inner:
  attribute=1
 local=Inner.attribute
 return local
"""


def test_local_and_private_names_are_short() -> None:
    assert shorten(PROGRAM) == SHORTER
    assert shorten(SHORTER) == SHORTER


def test_what_is_private_to_whom() -> None:
    defined, used = private(PROGRAM + "other._elsewhere(_there)\n")
    assert defined == {"_root", "_inner"}
    assert used - defined == {"_elsewhere", "_there"}


def test_another_program_is_refused() -> None:
    """A word in a text between braces that are not an expression's."""
    with pytest.raises(ValueError, match="another one"):
        shorten('def act():\n found = 1\n return f"{{found}} {found}"\n')
