

import hashlib
import hmac
import json
import re
import time

from dataclasses import replace

from firstlight.asking import ask,text
from firstlight.errors import Final,Later
from firstlight.http import Request

from firstlight.words import plain



_a="http://169.254.169.254/latest/"
_b="meta-data/iam/security-credentials/"


def call(means,reference,service,action,asked):







 def a(b,c,headers):
  d=Request(b,_a+c,headers,timeout=10.0)
  return ask(means.http,d,"AWS's metadata","give this server an instance profile, and use version 2")


 e=a("PUT","api/token",{"X-aws-ec2-metadata-token-ttl-seconds":"60"})
 headers={"X-aws-ec2-metadata-token":plain(e.body)}
 f=plain(a("GET",_b,headers).body)
 g=a("GET",_b+f,headers)
 if text(g,"AWS","Code")!="Success":
  raise Later(f"AWS has no keys for the role {f}: does it trust EC2?")
 h,i,j=(text(g,"AWS",k)for k in("AccessKeyId","SecretAccessKey","Token"))
 l=reference.region

 m=f"https://{service}.{l}.amazonaws.com{'.cn' if l.startswith('cn-') else ''}/"
 headers={"Content-Type":"application/x-amz-json-1.1","X-Amz-Target":action,"X-Amz-Security-Token":j}
 d=Request("POST",m,headers,json.dumps(asked).encode())
 n=ask(means.http,sign(d,h,i,l,service,now=means.system.now()),"AWS")
 if n.status!=200:

  o=re.search(rb"AccessDenied|NotFound|Throttling|Signature|Expired|Unrecognized",n.body)
  p,q=o[0].decode()if o else "for good",f"{service}:{action.partition('.')[2]}"
  raise(Later if o else Final)(
   f"AWS refuses {reference.where} (status {n.status}, {p}): is it there, is the clock right, may"
   f" the role {f} do {q} and use its key?"
  )
 return n


def sign(request,key_id,key,region,service,*,now):



 a=time.strftime("%Y%m%dT%H%M%SZ",time.gmtime(now))
 b=f"{a[:8]}/{region}/{service}/aws4_request"
 headers={**request.headers,"Host":request.url.split("/")[2],"X-Amz-Date":a}
 c=sorted((d.lower(),e)for d,e in headers.items())
 f=";".join(d for d,_ in c)
 g="".join(f"{d}:{e}\n" for d,e in c)

 h=f"{request.method}\n/\n\n{g}\n{f}\n{_c(request.body or b'')}"
 i=f"AWS4{key}".encode()
 j=f"AWS4-HMAC-SHA256\n{a}\n{b}\n{_c(h.encode())}"
 for k in(*b.split("/"),j):
  i=hmac.digest(i,k.encode(),"sha256")
 l=f"Credential={key_id}/{b}, SignedHeaders={f}, Signature={i.hex()}"
 return replace(request,headers={**headers,"Authorization":f"AWS4-HMAC-SHA256 {l}"})


def _c(data):
 return hashlib.sha256(data).hexdigest()
