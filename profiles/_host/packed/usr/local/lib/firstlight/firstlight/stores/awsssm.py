

from firstlight.asking import text



from.import clean
from.aws import call


def read(reference,means):





 a={"Name":reference.name,"WithDecryption":True}
 b=call(means,reference,"ssm","AmazonSSM.GetParameter",a)
 return clean(text(b,"AWS","Parameter","Value").encode(),reference.where)
