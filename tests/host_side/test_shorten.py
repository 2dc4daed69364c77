import pytest

from shorten import named, private, rename, shared, shorten

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
 def __init__(a,b):
  a._a,a.open=b,None
 def _b(a,b,*,why=""):
  c=[]
  for d,e in b:
   c.append(f"{d.name!r} {a._a}/{e['one']} one {why}")
  return{d:e for d,e in c if d}
 def use(a,b,k):
  try:
   c=a._b(b,why=k)
  except OSError as error:
   raise ValueError(error)from None
  return[d for d in c],osname
def outer(a):
 last=0
 def b(c):
  nonlocal last
  last=c
  return last
 return b(a)
def with_class():
 class Inner:
  attribute=1
 local=Inner.attribute
 return local
"""


def test_local_and_private_names_are_short() -> None:
    assert shorten(PROGRAM, named(PROGRAM)) == SHORTER
    assert shorten(SHORTER, named(PROGRAM)) == SHORTER


def test_what_is_private_to_whom() -> None:
    defined, used = private(PROGRAM + "other._elsewhere(_there)\n")
    assert defined == {"_root", "_inner"}
    assert used - defined == {"_elsewhere", "_there"}


def test_another_program_is_refused() -> None:
    """A word in a text between braces that are not an expression's."""
    with pytest.raises(ValueError, match="another one"):
        shorten('def act():\n found = 1\n return f"{{found}} {found}"\n', set())
    # So is one whose parameter a call somewhere gives by name.
    assert shorten("def act(there):\n return there\n", {"there"}) == "def act(there):\n return there\n"
    # What a default says is from outside.
    assert shorten("def act(here=there, there=1):\n return here\n", set()) == "def act(a=there,there=1):\n return a\n"


PLACE = """\
import json
LIMIT=5
class Place:
 field:str
 def take(a):
  return LIMIT
def seek(a):
 return json.dumps(a)
"""
USER = """\
from os.path import join
from .import place
from .place import Place,seek
def field():
 return f"{seek(place.LIMIT)} {Place.take}"
def dumps():
 return join
def join2():
 return "join2"
"""


def test_what_modules_have_from_each_other_has_two_letters() -> None:
    modules = {"firstlight/place.py": PLACE, "firstlight/user.py": USER}
    names = shared(modules)
    # Those that a field, a method, another module or a text has, too, stay.
    assert names == {"LIMIT": "Aa", "Place": "Ab", "seek": "Ac"}
    for source in modules.values():
        wanted = source.replace("LIMIT", "Aa").replace("Place", "Ab").replace("seek", "Ac")
        assert rename(source, names) == wanted
    # A name that is taken is nobody else's.
    assert shared(modules | {"firstlight/more.py": "Aa=1\n"})["LIMIT"] == "Ab"
