

import json


from . import paths, registry, stores




def gain(means, site, images):






 token = site.token
 login = registry.Login(site.registry_user, stores.resolve(token, means), token.where) if token else None
 for image in map(registry.parse, images):
  if image.registry == site.registry:
   registry.digest(means.http, image, login)
 if not login:
  return

 data = json.dumps({"auths": {registry.in_docker(site.registry): {"auth": login.pair()}}}).encode()
 there = means.disk.read(paths.DOCKER_LOGIN)
 if not there or there.data != data:
  means.disk.write(paths.DOCKER_LOGIN, data, 0o600, there.owner if there else None)
