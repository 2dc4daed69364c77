

from pathlib import PurePosixPath

from.import stores
from.asking import ask
from.errors import Final,Later
from.http import Request




def fetch(means,site):






 a,b=site.repository,site.token
 if not a or not b:
  return
 c=f"https://api.github.com/repos/{a.name}/contents/{a.file}?ref={a.branch}"
 d=f"Bearer {stores.resolve(b, means).reveal().decode()}"
 e={"Accept":"application/vnd.github.raw","Authorization":d}
 f=ask(means.http,Request("GET",c,e),"GitHub")
 g=f.status
 if g!=200 or not f.body.strip():

  raise(Later if g in(200,403)else Final)(
   f"GitHub does not show us {a.file} of {a.name} at {a.branch} (status {g}):"
   " is it there, and has the token the scope repo?"
  )
 h=PurePosixPath(site.compose[0])
 i=means.disk.read(h)
 if not i or i.data!=f.body:
  means.disk.write(h,f.body,0o644)
