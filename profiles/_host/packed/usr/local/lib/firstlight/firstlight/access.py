

import json


from.import paths,registry,stores




def gain(a,b,c):






 d=b.token
 e=registry.Login(b.registry_user,stores.resolve(d,a),d.where)if d else None
 for f in map(registry.parse,c):
  if f.registry==b.registry:
   registry.digest(a.http,f,e)
 if not e:
  return

 a.disk.folder(paths.LOGIN,0o700)

 g=json.dumps({"auths":{registry.in_docker(b.registry):{"auth":e.pair()}}}).encode()
 h=a.disk.read(paths.DOCKER_LOGIN)
 if not h or h.data!=g:
  a.disk.write(paths.DOCKER_LOGIN,g,0o600,h.owner if h else None)
