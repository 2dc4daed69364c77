





import io
import re
import socket
import ssl
import time

from http.client import HTTPConnection,HTTPException,HTTPResponse,HTTPSConnection
from types import MappingProxyType
from typing import NamedTuple

from.errors import Final,Later

Ae=1<<20



class Request(NamedTuple):


 method:str
 url:str
 headers:str=MappingProxyType({})
 body:str=None
 timeout:str=60.0

 address:str=None

 any_certificate:str=False


 def __repr__(a):
  return f"{a.method} {a.url}"


class Bx(NamedTuple):


 status:str
 headers:str
 body:str

 def __repr__(a):
  return f"status {a.status}"


class Ay:


 def send(a,b):







  try:
   return _a(b)
  except(OSError,HTTPException)as error:

   c=getattr(error,"strerror","")or type(error).__name__

   if getattr(error,"verify_code",0)in(9,10):
    c+=f"; this server's clock says {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC"
   raise Later(f"no answer from {b.url}: {c}")from None
  except ValueError:

   raise Final(f"this address cannot be asked, or a header for it cannot be sent: {b.url!r}")from None


def _a(a):
 b=re.fullmatch(r"(https?)://(([\w.-]+|\[[\w:.]+\])(:\d{1,5})?)(/[!-~]*)?",a.url,re.ASCII)
 if not b:
  raise ValueError
 context=ssl.create_default_context()

 context.verify_flags&=~ssl.VERIFY_X509_STRICT
 if a.any_certificate:
  context.check_hostname,context.verify_mode=False,ssl.CERT_NONE
 c=b[1]=="https"
 d=HTTPSConnection(b[2],context=context)if c else HTTPConnection(b[2])
 address=a.address or d.host,d.port
 try:

  d.sock=socket.create_connection(address,a.timeout/4)
  d.sock.settimeout(a.timeout)
  if c:
   d.sock=context.wrap_socket(d.sock,server_hostname=d.host)
  headers={"User-Agent":"firstlight",**a.headers}
  d.request(a.method,b[5]or "/",a.body,headers)
  e=_b(d.sock,a.timeout)
  with HTTPResponse(e,method=a.method)as f:
   f.begin()
   body=f.read(Ae+1)
 finally:
  d.close()
 if len(body)>Ae:
  raise Final(f"{a.url} answers with more than {Ae} bytes")

 if f.length:
  raise ConnectionError
 return Bx(f.status,{g.lower():f.getheader(g,"")for g in f.headers},body)


class _b(io.RawIOBase):


 def __init__(a,b,c):
  a.sock,a.end=b,time.monotonic()+c

 def makefile(a,b):
  return io.BufferedReader(a)

 def readable(a):
  return True

 def readinto(a,b):
  a.sock.settimeout(max(a.end-time.monotonic(),0.001))
  return a.sock.recv_into(b)
