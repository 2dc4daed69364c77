"""AWS Systems Manager: its parameters."""

from firstlight.asking import text
from firstlight.secret import Secret
from firstlight.site import Reference

from . import Means, clean
from .aws import call


def read(reference: Reference, means: Means) -> Secret:
    """The parameter, decrypted.

    Raises:
        Later, Final: as `aws.call`; and `Final` if it is no text, or empty.
    """
    asked = {"Name": reference.name, "WithDecryption": True}
    answer = call(means, reference, "ssm", "AmazonSSM.GetParameter", asked)
    return clean(text(answer, "AWS", "Parameter", "Value").encode(), reference.where)
