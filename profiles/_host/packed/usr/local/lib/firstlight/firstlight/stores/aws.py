

import hashlib
import hmac
import json
import re
import time


from firstlight.asking import ask,text
from firstlight.errors import Final,Later
from firstlight.http import Request

from firstlight.words import plain



_a="http://169.254.169.254/latest/"
_b="meta-data/iam/security-credentials/"


def Cp(a,b,service,c,d):







 def e(method,f,headers):
  g=Request(method,_a+f,headers,timeout=10.0)
  return ask(a.http,g,"AWS's metadata","give this server an instance profile, and use version 2")


 h=e("PUT","api/token",{"X-aws-ec2-metadata-token-ttl-seconds":"60"})
 headers={"X-aws-ec2-metadata-token":plain(h.body)}
 i=plain(e("GET",_b,headers).body)
 j=e("GET",_b+i,headers)
 if text(j,"AWS","Code")!="Success":
  raise Later(f"AWS has no keys for the role {i}: does it trust EC2?")
 k,l,m=(text(j,"AWS",n)for n in("AccessKeyId","SecretAccessKey","Token"))
 o=b.region

 p=f"https://{service}.{o}.amazonaws.com{'.cn' if o.startswith('cn-') else ''}/"
 headers={"Content-Type":"application/x-amz-json-1.1","X-Amz-Target":c,"X-Amz-Security-Token":m}
 g=Request("POST",p,headers,json.dumps(d).encode())
 q=ask(a.http,Dc(g,k,l,o,service,now=a.system.now()),"AWS")
 if q.status!=200:

  r=re.search(rb"AccessDenied|NotFound|Throttling|Signature|Expired|Unrecognized",q.body)
  s,t=r[0].decode()if r else "for good",f"{service}:{c.partition('.')[2]}"
  raise(Later if r else Final)(
   f"AWS refuses {b.where} (status {q.status}, {s}): is it there, is the clock right, may"
   f" the role {i} do {t} and use its key?"
  )
 return q


def Dc(a,b,c,d,service,*,now):



 e=time.strftime("%Y%m%dT%H%M%SZ",time.gmtime(now))
 f=f"{e[:8]}/{d}/{service}/aws4_request"
 headers={**a.headers,"Host":a.url.split("/")[2],"X-Amz-Date":e}
 g=sorted((h.lower(),i)for h,i in headers.items())
 j=";".join(h for h,_ in g)
 k="".join(f"{h}:{i}\n" for h,i in g)

 l=f"{a.method}\n/\n\n{k}\n{j}\n{_c(a.body or b'')}"
 m=f"AWS4{c}".encode()
 n=f"AWS4-HMAC-SHA256\n{e}\n{f}\n{_c(l.encode())}"
 for o in(*f.split("/"),n):
  m=hmac.digest(m,o.encode(),"sha256")
 p=f"Credential={b}/{f}, SignedHeaders={j}, Signature={m.hex()}"
 return a._replace(headers={**headers,"Authorization":f"AWS4-HMAC-SHA256 {p}"})


def _c(a):
 return hashlib.sha256(a).hexdigest()
