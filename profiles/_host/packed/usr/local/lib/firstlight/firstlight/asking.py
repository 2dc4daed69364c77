




import json

from .errors import Final, Later



def ask(http, request, who, needed = ""):






 response = http.send(request)
 status = response.status

 if status in (408, 412, 425, 429) or status >= 500:
  raise Later(f"{who} cannot answer now (status {status})")
 if 300 <= status < 400:
  raise Final(f"{who} sends us elsewhere (status {status}): is its address right?")
 if needed and status != 200:
  raise Later(f"{who} refuses us (status {status}): {needed}")
 return response


def text(response, who, *keys):






 try:
  value = json.loads(response.body)
 except (ValueError, RecursionError):
  raise Later(f"{who} does not answer with JSON: is there a proxy in between?") from None
 for key in keys:
  value = value.get(key) if isinstance(value, dict) else None
 if type(value) in (str, int):

  return str(value).encode("utf-8", "replace").decode()
 raise Final(f"{who} answers without a text at {'.'.join(keys)}")
