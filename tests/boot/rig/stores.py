"""Secret stores as a server meets them: AWS with its signatures, Google, Azure, Vault, and the metadata they begin with.

Each answers as the original documents it, refusals included. `held` says what they hold.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets

from .http import Reply, Request, reply

REGION = "eu-central-1"
METADATA = "169.254.169.254"
GOOGLE_METADATA, GOOGLE = "metadata.google.internal", "secretmanager.googleapis.com"
AZURE, VAULT = "my-vault.vault.azure.net", "vault.example.com"


class Stores:
    """All of them, with one set of credentials, made anew for each run."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}  # "awsssm:/infrakt/token" and the like → value
        self.role = "firstlight"
        self.keys = {name: secrets.token_hex(20) for name in ("AccessKeyId", "SecretAccessKey", "Token")}
        self.imds_session, self.bearer, self.vault_token = (secrets.token_hex(16) for _ in range(3))
        self.role_id, self.secret_id = "app", secrets.token_hex(16)
        self.wrapped = {secrets.token_hex(12)}  # each is good for one unwrapping

    def sites(self) -> dict[str, object]:
        aws = {f"{service}.{REGION}.amazonaws.com": self.aws for service in ("ssm", "secretsmanager")}
        google = {GOOGLE_METADATA: self.google_metadata, GOOGLE: self.google}
        return aws | google | {METADATA: self.metadata, AZURE: self.azure, VAULT: self.vault}

    # AWS, and Azure's identity, at the link-local address.

    def metadata(self, request: Request) -> Reply:
        """IMDSv2: no session, no answer. Azure's identity service lives at the same address."""
        if request.path == "/metadata/identity/oauth2/token":
            if request.headers.get("Metadata") != "true" or request.query.get("resource") != "https://vault.azure.net":
                return reply(400, {"error": "invalid_request"})
            return reply(200, {"access_token": self.bearer, "expires_in": "86399", "token_type": "Bearer"})
        if request.path == "/latest/api/token":
            lasting = request.method == "PUT" and request.headers.get("X-aws-ec2-metadata-token-ttl-seconds")
            return reply(200, self.imds_session.encode()) if lasting else reply(400)
        if request.headers.get("X-aws-ec2-metadata-token") != self.imds_session:
            return reply(401)
        if request.path == "/latest/meta-data/iam/security-credentials/":
            return reply(200, self.role.encode())
        if request.path == f"/latest/meta-data/iam/security-credentials/{self.role}":
            return reply(200, {"Code": "Success", "Type": "AWS-HMAC"} | self.keys)
        return reply(404)

    def aws(self, request: Request) -> Reply:
        """SSM and Secrets Manager: the signature is computed again from the request as it came."""
        problem = self.signature_problem(request)
        if problem:
            return reply(400, {"__type": "InvalidSignatureException", "message": problem})
        asked, target = json.loads(request.body), request.headers.get("X-Amz-Target")
        if target == "AmazonSSM.GetParameter":
            value = self.held.get(f"awsssm:{asked['Name']}")
            if not value or not asked.get("WithDecryption"):
                return reply(400, {"__type": "ParameterNotFound", "message": "no such parameter"})
            return reply(200, {"Parameter": {"Name": asked["Name"], "Type": "SecureString", "Value": value}})
        if target == "secretsmanager.GetSecretValue":
            value = self.held.get(f"awssecrets:{asked['SecretId']}")
            if not value:
                return reply(400, {"__type": "ResourceNotFoundException", "Message": "no such secret"})
            return reply(200, {"Name": asked["SecretId"], "SecretString": value})
        return reply(400, {"__type": "UnknownOperationException"})

    def signature_problem(self, request: Request) -> str:
        """AWS Signature Version 4, by its documentation; nothing if it is right."""
        given = request.headers.get("Authorization", "")
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, *"
            r"SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})",
            given,
        )
        if not found:
            return "no Authorization of AWS4-HMAC-SHA256"
        access, day, region, service, names, signature = found.groups()
        if access != self.keys["AccessKeyId"] or request.headers.get("X-Amz-Security-Token") != self.keys["Token"]:
            return "the security token included in the request is invalid"
        if region != REGION or not request.host.startswith(f"{service}."):
            return f"credential should be scoped to a valid region and service, not {region} {service}"
        if not {"host", "x-amz-date", "x-amz-security-token", "x-amz-target"} <= set(names.split(";")):
            return f"not all of the headers are signed: {names}"
        lines = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names.split(";"))
        digest = hashlib.sha256(request.body).hexdigest()
        canonical = f"{request.method}\n{request.path}\n\n{lines}\n{names}\n{digest}"
        scope = f"{day}/{region}/{service}/aws4_request"
        stamp = request.headers.get("X-Amz-Date")
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{self.keys['SecretAccessKey']}".encode()
        for part in (day, region, service, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        right = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return "" if hmac.compare_digest(right, signature) else "the signature does not match"

    # Google, Azure, Vault.

    def google_metadata(self, request: Request) -> Reply:
        if request.headers.get("Metadata-Flavor") != "Google":
            return reply(403)
        if request.path != "/computeMetadata/v1/instance/service-accounts/default/token":
            return reply(404)
        return reply(200, {"access_token": self.bearer, "expires_in": 3599, "token_type": "Bearer"})

    def google(self, request: Request) -> Reply:
        if request.headers.get("Authorization") != f"Bearer {self.bearer}":
            return reply(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
        found = re.fullmatch(r"/v1/projects/([^/]+)/secrets/([^/]+)/versions/([^/:]+):access", request.path)
        value = self.held.get(f"gcpsecrets:{found[1]}/{found[2]}@{found[3]}") if found else None
        if not value:
            return reply(404, {"error": {"code": 404, "status": "NOT_FOUND"}})
        return reply(200, {"payload": {"data": base64.b64encode(value.encode()).decode()}})

    def azure(self, request: Request) -> Reply:
        if request.headers.get("Authorization") != f"Bearer {self.bearer}":
            return reply(401, {"error": {"code": "Unauthorized"}})
        value = self.held.get(f"azurekeyvault:{request.path.removeprefix('/secrets/')}")
        if not value or "api-version" not in request.query:
            return reply(404, {"error": {"code": "SecretNotFound"}})
        return reply(200, {"value": value, "id": f"https://{AZURE}{request.path}/1"})

    def vault(self, request: Request) -> Reply:
        token = request.headers.get("X-Vault-Token", "")
        login = {"auth": {"client_token": self.vault_token, "renewable": True}}
        if request.path == "/v1/auth/approle/login":
            given = json.loads(request.body or b"{}")
            known = (given.get("role_id"), given.get("secret_id")) == (self.role_id, self.secret_id)
            return reply(200, login) if known else reply(400, {"errors": ["invalid role or secret ID"]})
        if request.path == "/v1/sys/wrapping/unwrap":
            if token not in self.wrapped:
                return reply(400, {"errors": ["wrapping token is not valid or does not exist"]})
            self.wrapped.remove(token)
            return reply(200, login)
        if token != self.vault_token:
            return reply(403, {"errors": ["permission denied"]})
        value = self.held.get(f"vault:{request.path.removeprefix('/v1/')}")
        return reply(200, {"data": {"data": json.loads(value), "metadata": {}}}) if value else reply(404, {"errors": []})
