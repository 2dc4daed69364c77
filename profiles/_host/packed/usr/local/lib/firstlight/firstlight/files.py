





import hashlib
import json
import re


from . import paths

from .errors import Final



def place_all(disk, resolve):







 content, notes = disk.read(paths.PLACED), ""
 records = json.loads(content.data) if content else {}
 for staged in disk.files(paths.STAGED):
  path = "/" / staged.relative_to(paths.STAGED)
  new, old = disk.read(staged), disk.read(path)

  source, *ours = records.get(str(path), [""])

  def note(*record, path = str(path)):
   records[path] = record
   disk.write(paths.PLACED, json.dumps(records, indent=1).encode(), 0o600)

  if not new or (old and _digest(new.data) == source):
   continue
  if old and old.data == new.data:

   note(_digest(new.data), _digest(new.data))
  elif old and _digest(old.data) not in ours:
   notes += f"kept your {path}; the new one is {staged}. "
   lacking = _lacking(new.data, old.data) if path.name == ".env" else b""
   if lacking:
    gap = b"" if old.data[-1:] in b"\n" else b"\n"
    disk.write(path, old.data + gap + _filled(lacking, b"", resolve), old.mode, old.owner)
  else:
   data = _filled(new.data, old.data if old else b"", resolve) if path.name == ".env" else new.data
   born = re.findall(r"(?m)^(\w+)=@generate@$", new.data.decode()) if path.name == ".env" else []
   if ours and not old and born:
    lose(disk, f"{path} was missing: new in it, and needed by whoever has the old: {', '.join(born)}. ")

   note(source, *ours, _digest(data))
   disk.write(path, data, new.mode)
   note(_digest(new.data), _digest(data))
 return notes


def lose(disk, what):





 known = disk.data(paths.LOST).decode()
 if what not in known:
  disk.write(paths.LOST, (known + what).encode(), 0o600)


def _digest(data):
 return hashlib.sha256(data).hexdigest()


def _lacking(new, old):

 known = re.findall(rb"(?m)^\s*(?:export )?(\w+)=", old)
 lines = re.findall(rb"(?m)^((\w+)=.*)$", new)
 return b"".join(line + b"\n" for line, name in lines if name not in known)


def _filled(data, there, resolve):

 known = dict(re.findall(rb"(?m)^(\w+=)(.*)$", there))

 def line(found):
  name, hole = found[1], found[2].decode()
  if hole == "generate" and name in known:
   return name + known[name]
  value = resolve(hole).reveal()
  if re.search(rb"[\x00-\x1f\x7f]", value):

   raise Final(f".env cannot hold {name.decode()}, which has several lines or control characters: use base64")
  if not re.fullmatch(rb"[\w.-]*", value):

   value = b'"' + re.sub(rb'([\\"$])', rb"\\\1", value) + b'"'
  return name + value

 return re.sub(rb"(?m)^(\w+=)@(.+)@$", line, data)
