

import json


from.import paths,registry,stores




def gain(means,site,images):






 a=site.token
 b=registry.Login(site.registry_user,stores.resolve(a,means),a.where)if a else None
 for c in map(registry.parse,images):
  if c.registry==site.registry:
   registry.digest(means.http,c,b)
 if not b:
  return

 means.disk.folder(paths.LOGIN,0o700)

 d=json.dumps({"auths":{registry.in_docker(site.registry):{"auth":b.pair()}}}).encode()
 e=means.disk.read(paths.DOCKER_LOGIN)
 if not e or e.data!=d:
  means.disk.write(paths.DOCKER_LOGIN,d,0o600,e.owner if e else None)
