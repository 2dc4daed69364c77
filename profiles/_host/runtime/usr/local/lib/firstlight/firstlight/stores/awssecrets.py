"""`awssecrets://NAME?region=R#KEY`: a secret of AWS Secrets Manager, or one value of it."""

from __future__ import annotations

from firstlight.asking import Json
from firstlight.http import Response
from firstlight.reference import AwsSecret
from firstlight.secret import Secret

from .aws import call
from .means import Means
from .value import clean


def read(reference: AwsSecret, means: Means) -> Secret:
    """The secret as text; with a key, that value of the JSON object that the text is.

    Raises:
        Later, Final: as `aws.call`; and `Final` if it is not of this form, or empty.
    """
    asked: dict[str, object] = {"SecretId": reference.name}
    answer = call(means, "secretsmanager", reference.region, "secretsmanager.GetSecretValue", asked)
    text, where = answer.text("SecretString"), f"the secret {reference.name}"
    if reference.key is not None:
        text = Json(Response(200, {}, text.encode()), where).text(reference.key)
    return clean(text.encode(), where)
