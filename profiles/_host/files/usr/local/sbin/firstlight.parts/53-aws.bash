## awsssm://PATH?region=R, awssecrets://PATH?region=R#KEY: by the instance's role, without any AWS program.
from_awsssm() {
	local name=${1%%\?*}
	[[ $name != */* ]] || name=/$name
	aws ssm AmazonSSM.GetParameter "$1" "{\"Name\":\"$name\",\"WithDecryption\":true}" | json Parameter Value
}

from_awssecrets() {
	local value
	value=$(aws secretsmanager secretsmanager.GetSecretValue "$1" "{\"SecretId\":\"${1%%\?*}\"}" | json SecretString) || return
	[[ $1 != *'#'* ]] || value=$(json "${1##*#}" <<<"$value") || return
	printf %s "$value"
}

## aws SERVICE TARGET REFERENCE BODY: a request signed with the role's credentials (IMDSv2).
aws() {
	local region=${3#*region=} session role keys imds=http://169.254.169.254/latest
	region=${region%%#*}
	session=$(ask -X PUT "$imds/api/token" <<<'header = "X-aws-ec2-metadata-token-ttl-seconds: 60"') || return
	role=$(header "X-aws-ec2-metadata-token: $session" | ask "$imds/meta-data/iam/security-credentials/") || return
	keys=$(header "X-aws-ec2-metadata-token: $session" | ask "$imds/meta-data/iam/security-credentials/$role") || return
	{
		header "X-Amz-Security-Token: $(json Token <<<"$keys")"
		printf 'user = "%s:%s"\n' "$(json AccessKeyId <<<"$keys")" "$(json SecretAccessKey <<<"$keys")"
	} | ask --aws-sigv4 "aws:amz:$region:$1" -H "X-Amz-Target: $2" -H 'Content-Type: application/x-amz-json-1.1' \
		-d "$4" "https://$1.$region.amazonaws.com/"
}
