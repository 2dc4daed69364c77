

from pathlib import PurePosixPath

By=PurePosixPath("/etc/firstlight/site.json")

Bb=PurePosixPath("/var/lib/firstlight")
Ca=Bb/"files"
Bq=Bb/"placed.json"
Av=Bb/"good"
Bh=Bb/"manifest"
Aj=Bb/"caddy"
Bs=Bb/"provisioned"
Ch=Bb/"traefik"
Cl=Bb/"vault-token"

Ah=PurePosixPath("/root/.firstlight")

RUN=PurePosixPath("/run/firstlight")
Cb=RUN/"state.json"
Bd=RUN/"login"
Ap=Bd/"config.json"
Be=RUN/"lost"
Bc=RUN/"lock"

Az=Bb/"apply.json"
Aq=Bb/"document"
Ad=Bb/"document-before"
Ck=PurePosixPath("/var/lib/cloud/instance/user-data.txt")
Bi=PurePosixPath("/var/lib/cloud/instance/sem/firstlight")
Ac=Bb/"baked"

Ba=PurePosixPath("/usr/local/sbin/firstlight")
Br=PurePosixPath("/usr/local/lib/firstlight")
Cj=PurePosixPath("/etc/systemd/system")


Bn=(f"{By.parent}/",f"{Cj}/firstlight",f"{Ba}",f"{Br}/",f"{Ca}/",f"{Ah}/")
