## gcpsecrets://PROJECT/SECRET?version=V: by the instance's service account.
from_gcpsecrets() {
	local path=${1%%\?*} version=latest token answer
	[[ $1 != *version=* ]] || version=${1#*version=}
	token=$(ask http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token \
		<<<'header = "Metadata-Flavor: Google"' | json access_token) || return
	answer=$(header "Authorization: Bearer $token" | ask \
		"https://secretmanager.googleapis.com/v1/projects/${path%/*}/secrets/${path#*/}/versions/$version:access") || return
	json payload data <<<"$answer" | base64 -d
}
