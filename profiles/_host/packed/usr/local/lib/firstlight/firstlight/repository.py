

from pathlib import PurePosixPath

from.import stores
from.asking import ask
from.errors import Final,Later
from.http import Request




def Cr(a,b):






 c,d=b.repository,b.token
 if not c or not d:
  return
 e=f"https://api.github.com/repos/{c.name}/contents/{c.file}?ref={c.branch}"
 f=f"Bearer {stores.resolve(d, a).reveal().decode()}"
 headers={"Accept":"application/vnd.github.raw","Authorization":f}
 g=ask(a.http,Request("GET",e,headers),"GitHub")
 h=g.status
 if h!=200 or not g.body.strip():

  raise(Later if h in(200,403)else Final)(
   f"GitHub does not show us {c.file} of {c.name} at {c.branch} (status {h}):"
   " is it there, and has the token the scope repo?"
  )
 i=PurePosixPath(b.compose[0])
 j=a.disk.read(i)
 if not j or j.data!=g.body:
  a.disk.write(i,g.body,0o644)
