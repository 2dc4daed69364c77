

from firstlight.asking import text



from.import clean
from.aws import Cp


def read(a,b):





 c={"SecretId":a.name}
 d=Cp(b,a,"secretsmanager","secretsmanager.GetSecretValue",c)
 e=text(d,"AWS","SecretString").encode()
 if a.key:
  e=text(d._replace(body=e),a.where,a.key).encode()
 return clean(e,a.where)
