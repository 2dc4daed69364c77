"""`awsssm://NAME?region=R`: a parameter of AWS Systems Manager."""

from __future__ import annotations

from firstlight.reference import AwsParameter
from firstlight.secret import Secret

from .aws import call
from .means import Means
from .value import clean


def read(reference: AwsParameter, means: Means) -> Secret:
    """The parameter, decrypted.

    Raises:
        Later, Final: as `aws.call`; and `Final` if it is no text, or empty.
    """
    # A name with levels begins with a slash, one without does not.
    name = f"/{reference.name}" if "/" in reference.name else reference.name
    asked = {"Name": name, "WithDecryption": True}
    answer = call(means, "ssm", reference.region, "AmazonSSM.GetParameter", asked)
    return clean(answer.text("Parameter", "Value").encode(), f"the parameter {name}")
