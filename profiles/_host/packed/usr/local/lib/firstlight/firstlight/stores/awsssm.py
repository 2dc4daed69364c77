

from firstlight.asking import text



from . import clean
from .aws import call


def read(reference, means):





 asked = {"Name": reference.name, "WithDecryption": True}
 answer = call(means, reference, "ssm", "AmazonSSM.GetParameter", asked)
 return clean(text(answer, "AWS", "Parameter", "Value").encode(), reference.where)
