## terraform://NAME, env://NAME: in the document itself, laid in root's own folder.
from_terraform() { head -n 1 "/root/.firstlight/$1" | tr -d '\r\n'; }
from_env() { from_terraform "$1"; }
