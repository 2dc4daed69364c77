## credential://NAME: systemd hands it to the unit, from /etc/credstore, the hypervisor (SMBIOS type 11) or the boot loader.
from_credential() {
	head -n 1 "${CREDENTIALS_DIRECTORY-/run}/$1" 2>/dev/null | tr -d '\r\n' ||
		die "the systemd credential $1 is not there: put it into /etc/credstore/$1, then firstlight apply"
}
