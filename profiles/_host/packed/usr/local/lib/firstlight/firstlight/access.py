

import json


from.import paths,registry,stores




def Ct(a,b,c):






 d=b.token
 e=registry.Bg(b.registry_user,stores.resolve(d,a),d.where)if d else None
 for f in map(registry.parse,c):
  if f.registry==b.registry:
   registry.digest(a.http,f,e)
 if not e:
  return

 a.disk.folder(paths.Bd,0o700)

 g=json.dumps({"auths":{registry.Cv(b.registry):{"auth":e.pair()}}}).encode()
 h=a.disk.read(paths.Ap)
 if not h or h.data!=g:
  a.disk.write(paths.Ap,g,0o600,h.owner if h else None)
