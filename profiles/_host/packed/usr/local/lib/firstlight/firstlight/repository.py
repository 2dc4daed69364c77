

from pathlib import PurePosixPath

from . import stores
from .asking import ask
from .errors import Final, Later
from .http import Request




def fetch(means, site):






 repository, token = site.repository, site.token
 if not repository or not token:
  return
 url = f"https://api.github.com/repos/{repository.name}/contents/{repository.file}?ref={repository.branch}"
 bearer = f"Bearer {stores.resolve(token, means).reveal().decode()}"
 headers = {"Accept": "application/vnd.github.raw", "Authorization": bearer}
 response = ask(means.http, Request("GET", url, headers), "GitHub")
 status = response.status
 if status != 200 or not response.body.strip():

  raise (Later if status in (200, 403) else Final)(
   f"GitHub does not show us {repository.file} of {repository.name} at {repository.branch} (status {status}):"
   " is it there, and has the token the scope repo?"
  )
 path = PurePosixPath(site.compose[0])
 there = means.disk.read(path)
 if not there or there.data != response.body:
  means.disk.write(path, response.body, 0o644)
