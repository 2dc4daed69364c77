




import base64
import email
import json
import re
import zlib
from pathlib import PurePosixPath


from . import paths
from .disk import BOUND
from .errors import Refused










def read(data):






 fault = "is read by PyYAML: apt-get install python3-yaml"
 try:
  import yaml

  fault = "is empty, damaged, too large, or not firstlight's"
  parts = [part for part in email.message_from_bytes(_unpacked(data)).walk() if not part.is_multipart()]
  texts = [_unpacked(part.get_payload(decode=True)) for part in parts]

  text = next(text for text in texts if str(paths.SITE).encode() in text)
  given = yaml.safe_load(text)
  entries = {entry["path"]: entry for entry in given.pop("write_files")}
  about = _content(entries[str(paths.SITE)])
  ours = (*paths.OURS, json.loads(about)["home"] + "/")

  others = ["commands"] * (len(given.pop("bootcmd") + given.pop("runcmd")) > 2)
  others += [*given, *["other MIME parts"] * (len(parts) > 1)]
  files = {}
  for path, entry in entries.items():
   if path.startswith(ours) and "/.." not in path:

    mode = entry.get("permissions", 0o644)
    files[PurePosixPath(path)] = _content(entry), int(mode, 8) if isinstance(mode, str) else mode
   else:
    others.append(path)
  header = re.search(rb"(?m)^#.* firstlight ([0-9.]+)", text)
  return tuple(map(int, header[1].split(b"."))) if header else (), site(about), files, others
 except Exception:
  raise Refused(f"this document {fault}") from None


def site(about):

 try:
  given = json.loads(about)
  return f"{given['domains'][0]} ({given['name']})"
 except (ValueError, LookupError, TypeError):
  return ""


def _unpacked(data):
 for _ in range(3):
  if data.startswith(b"\x1f\x8b"):
   data = _gunzip(data)
  elif re.fullmatch(rb"[A-Za-z0-9+/=\s]+", data):
   data = base64.b64decode(data)
 if len(data) > BOUND:
  raise ValueError
 return data


def _gunzip(data):
 stream = zlib.decompressobj(31)
 data = stream.decompress(data, BOUND)
 if not stream.eof:
  raise ValueError
 return data


def _content(entry):
 if {"append", "source", "owner"} & entry.keys():
  raise ValueError
 data, encoding = entry.get("content", ""), entry.get("encoding", "")
 data = data.encode() if isinstance(data, str) else b"" + data
 if "64" in encoding:
  data = base64.b64decode(data)
 return _gunzip(data) if encoding.startswith("gz") else data
