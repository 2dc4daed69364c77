

from firstlight.asking import text



from.import clean
from.aws import call


def read(a,b):





 c={"Name":a.name,"WithDecryption":True}
 d=call(b,a,"ssm","AmazonSSM.GetParameter",c)
 return clean(text(d,"AWS","Parameter","Value").encode(),a.where)
