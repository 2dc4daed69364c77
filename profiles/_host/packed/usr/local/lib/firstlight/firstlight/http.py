





import io
import re
import socket
import ssl
import time

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection

from .errors import Final, Later

BODY = 1 << 20



@dataclass(frozen=True, repr=False)
class Request:


 method: str
 url: str
 headers: str = field(default_factory=dict)
 body: str = None
 timeout: str = 60.0

 address: str = None

 any_certificate: str = False



@dataclass(frozen=True, repr=False)
class Response:


 status: str
 headers: str
 body: str


class Http:


 def send(self, request):







  try:
   return _exchange(request)
  except (OSError, HTTPException) as error:

   why = getattr(error, "strerror", "") or type(error).__name__

   if getattr(error, "verify_code", 0) in (9, 10):
    why += f"; this server's clock says {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC"
   raise Later(f"no answer from {request.url}: {why}") from None
  except ValueError:

   raise Final(f"this address cannot be asked, or a header for it cannot be sent: {request.url!r}") from None


def _exchange(request):
 url = re.fullmatch(r"(https?)://(([\w.-]+|\[[\w:.]+\])(:\d{1,5})?)(/[!-~]*)?", request.url, re.ASCII)
 if not url:
  raise ValueError
 context = ssl.create_default_context()

 context.verify_flags &= ~ssl.VERIFY_X509_STRICT
 if request.any_certificate:
  context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
 secure = url[1] == "https"
 connection = HTTPSConnection(url[2], context=context) if secure else HTTPConnection(url[2])
 address = request.address or connection.host, connection.port
 try:

  connection.sock = socket.create_connection(address, request.timeout / 4)
  connection.sock.settimeout(request.timeout)
  if secure:
   connection.sock = context.wrap_socket(connection.sock, server_hostname=connection.host)
  headers = {"User-Agent": "firstlight", **request.headers}
  connection.request(request.method, url[5] or "/", request.body, headers)
  answer = HTTPResponse(_Incoming(connection.sock, request.timeout), method=request.method)
  answer.begin()
  body = answer.read(BODY + 1)
 finally:
  connection.close()
 if len(body) > BODY:
  raise Final(f"{request.url} answers with more than {BODY} bytes")

 if answer.length:
  raise ConnectionError
 return Response(answer.status, {name.lower(): answer.getheader(name, "") for name in answer.headers}, body)


class _Incoming(io.RawIOBase):


 def __init__(self, sock, seconds):
  self.sock, self.end = sock, time.monotonic() + seconds

 def makefile(self, _mode):
  return io.BufferedReader(self)

 def readable(self):
  return True

 def readinto(self, buffer):
  self.sock.settimeout(max(self.end - time.monotonic(), 0.001))
  return self.sock.recv_into(buffer)
