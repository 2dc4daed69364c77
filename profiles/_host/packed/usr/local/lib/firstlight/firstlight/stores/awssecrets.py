

from dataclasses import replace

from firstlight.asking import text



from.import clean
from.aws import call


def read(reference,means):





 a={"SecretId":reference.name}
 b=call(means,reference,"secretsmanager","secretsmanager.GetSecretValue",a)
 c=text(b,"AWS","SecretString").encode()
 if reference.key:
  c=text(replace(b,body=c),reference.where,reference.key).encode()
 return clean(c,reference.where)
