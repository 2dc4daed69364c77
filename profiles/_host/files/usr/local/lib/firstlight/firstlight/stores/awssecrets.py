"""AWS Secrets Manager: a secret, or one value of it."""

from firstlight.asking import text
from firstlight.secret import Secret
from firstlight.site import Reference

from . import Means, clean
from .aws import call


def read(reference: Reference, means: Means) -> Secret:
    """The secret as text; with a key, that value of the JSON object that the text is.

    Raises:
        Later, Final: as `aws.call`; and `Final` if it is not of this form, or empty.
    """
    asked = {"SecretId": reference.name}
    answer = call(means, reference, "secretsmanager", "secretsmanager.GetSecretValue", asked)
    data = text(answer, "AWS", "SecretString").encode()
    if reference.key:
        data = text(answer._replace(body=data), reference.where, reference.key).encode()
    return clean(data, reference.where)
