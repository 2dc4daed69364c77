

from firstlight.asking import text



from.import clean
from.aws import Cp


def read(a,b):





 c={"Name":a.name,"WithDecryption":True}
 d=Cp(b,a,"ssm","AmazonSSM.GetParameter",c)
 return clean(text(d,"AWS","Parameter","Value").encode(),a.where)
