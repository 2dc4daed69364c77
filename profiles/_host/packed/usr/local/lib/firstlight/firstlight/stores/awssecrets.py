

from dataclasses import replace

from firstlight.asking import text



from . import clean
from .aws import call


def read(reference, means):





 asked = {"SecretId": reference.name}
 answer = call(means, reference, "secretsmanager", "secretsmanager.GetSecretValue", asked)
 data = text(answer, "AWS", "SecretString").encode()
 if reference.key:
  data = text(replace(answer, body=data), reference.where, reference.key).encode()
 return clean(data, reference.where)
