

from pathlib import PurePosixPath

SITE=PurePosixPath("/etc/firstlight/site.json")

LIBRARY=PurePosixPath("/var/lib/firstlight")
STAGED=LIBRARY/"files"
PLACED=LIBRARY/"placed.json"
GOOD=LIBRARY/"good"
MANIFEST=LIBRARY/"manifest"
CADDY=LIBRARY/"caddy"
PROVISIONED=LIBRARY/"provisioned"
TRAEFIK=LIBRARY/"traefik"
VAULT_TOKEN=LIBRARY/"vault-token"

BROUGHT=PurePosixPath("/root/.firstlight")

RUN=PurePosixPath("/run/firstlight")
STATE=RUN/"state.json"
LOGIN=RUN/"login"
DOCKER_LOGIN=LOGIN/"config.json"
LOST=RUN/"lost"
LOCK=RUN/"lock"

JOURNAL=LIBRARY/"apply.json"
DOCUMENT=LIBRARY/"document"
BEFORE=LIBRARY/"document-before"
USER_DATA=PurePosixPath("/var/lib/cloud/instance/user-data.txt")
MARK=PurePosixPath("/var/lib/cloud/instance/sem/firstlight")
BAKED=LIBRARY/"baked"

LAUNCHER=PurePosixPath("/usr/local/sbin/firstlight")
PROGRAM=PurePosixPath("/usr/local/lib/firstlight")
UNITS=PurePosixPath("/etc/systemd/system")


OURS=(f"{SITE.parent}/",f"{UNITS}/firstlight",f"{LAUNCHER}",f"{PROGRAM}/",f"{STAGED}/",f"{BROUGHT}/")
