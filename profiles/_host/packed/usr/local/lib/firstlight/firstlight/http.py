





import io
import re
import socket
import ssl
import time

from dataclasses import dataclass,field
from http.client import HTTPConnection,HTTPException,HTTPResponse,HTTPSConnection

from.errors import Final,Later

BODY=1<<20



@dataclass(frozen=True,repr=False)
class Request:


 method:str
 url:str
 headers:str=field(default_factory=dict)
 body:str=None
 timeout:str=60.0

 address:str=None

 any_certificate:str=False



@dataclass(frozen=True,repr=False)
class Response:


 status:str
 headers:str
 body:str


class Http:


 def send(self,request):







  try:
   return _a(request)
  except(OSError,HTTPException)as error:

   a=getattr(error,"strerror","")or type(error).__name__

   if getattr(error,"verify_code",0)in(9,10):
    a+=f"; this server's clock says {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC"
   raise Later(f"no answer from {request.url}: {a}")from None
  except ValueError:

   raise Final(f"this address cannot be asked, or a header for it cannot be sent: {request.url!r}")from None


def _a(request):
 a=re.fullmatch(r"(https?)://(([\w.-]+|\[[\w:.]+\])(:\d{1,5})?)(/[!-~]*)?",request.url,re.ASCII)
 if not a:
  raise ValueError
 context=ssl.create_default_context()

 context.verify_flags&=~ssl.VERIFY_X509_STRICT
 if request.any_certificate:
  context.check_hostname,context.verify_mode=False,ssl.CERT_NONE
 b=a[1]=="https"
 c=HTTPSConnection(a[2],context=context)if b else HTTPConnection(a[2])
 d=request.address or c.host,c.port
 try:

  c.sock=socket.create_connection(d,request.timeout/4)
  c.sock.settimeout(request.timeout)
  if b:
   c.sock=context.wrap_socket(c.sock,server_hostname=c.host)
  e={"User-Agent":"firstlight",**request.headers}
  c.request(request.method,a[5]or "/",request.body,e)
  g=HTTPResponse(_b(c.sock,request.timeout),method=request.method)
  g.begin()
  f=g.read(BODY+1)
 finally:
  c.close()
 if len(f)>BODY:
  raise Final(f"{request.url} answers with more than {BODY} bytes")

 if g.length:
  raise ConnectionError
 return Response(g.status,{h.lower():g.getheader(h,"")for h in g.headers},f)


class _b(io.RawIOBase):


 def __init__(self,sock,seconds):
  self.sock,self.end=sock,time.monotonic()+seconds

 def makefile(self,_mode):
  return io.BufferedReader(self)

 def readable(self):
  return True

 def readinto(self,buffer):
  self.sock.settimeout(max(self.end-time.monotonic(),0.001))
  return self.sock.recv_into(buffer)
