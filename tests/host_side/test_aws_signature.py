"""The vectors that AWS publishes (aws-sig-v4-test-suite), those that need no path, no query and no trimming."""

import pytest

from firstlight.http import Request
from firstlight.stores.aws import sign

NOW = 1_440_938_160.0  # 2015-08-30T12:36:00Z
# The suite's own example credentials.
SECRET = "/".join(["wJalrXUtnFEMI", "K7MDENG+bPxRfiCY" + "EXAMPLEKEY"])
SESSION = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKW"
    "HGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4"
    "IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE"
    "8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yj"
    "c8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("name", "method", "headers", "body", "session", "signature"),
    [
        ("get-vanilla", "GET", {}, None, "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("post-vanilla", "POST", {}, None, "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "post-header-key-sort",
            "POST",
            {"My-Header1": "value1"},
            None,
            "",
            "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        ),
        (
            "post-header-value-case",
            "POST",
            {"My-Header1": "VALUE1"},
            None,
            "",
            "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        ),
        (
            "post-x-www-form-urlencoded",
            "POST",
            {"Content-Type": FORM},
            b"Param1=value1",
            "",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            "post-x-www-form-urlencoded-parameters",
            "POST",
            {"Content-Type": f"{FORM}; charset=utf8"},
            b"Param1=value1",
            "",
            "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
        ),
        (
            "post-sts-header-before",
            "POST",
            {},
            None,
            SESSION,
            "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
        ),
    ],
)
def test_published_vectors(
    name: str, method: str, headers: dict[str, str], body: bytes | None, session: str, signature: str
) -> None:
    known = headers | ({"X-Amz-Security-Token": session} if session else {})
    request = Request(method, "https://example.amazonaws.com/", known, body)
    signed = sign(request, "AKIDEXAMPLE", SECRET, "us-east-1", "service", now=NOW)
    assert signed.headers["X-Amz-Date"] == "20150830T123600Z"
    assert signed.headers["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="
    )
    assert signed.headers["Authorization"].endswith(f"Signature={signature}"), name
    assert (signed.method, signed.url, signed.body) == (method, request.url, body)
    assert SECRET not in "".join(signed.headers.values())


def test_everything_is_signed() -> None:
    request = Request("POST", "https://example.amazonaws.com/", {"X-Amz-Target": "A.B"}, b"{}")
    signatures = {
        sign(one, "AKIDEXAMPLE", key, region, service, now=now).headers["Authorization"].rpartition("=")[2]
        for one, key, region, service, now in [
            (request, SECRET, "a", "b", NOW),
            (request, SECRET, "x", "b", NOW),
            (request, SECRET, "a", "x", NOW),
            (request, SECRET, "a", "b", NOW + 1),
            (request, "x", "a", "b", NOW),
            (Request("POST", request.url, {"X-Amz-Target": "A.C"}, b"{}"), SECRET, "a", "b", NOW),
            (Request("POST", request.url, request.headers, b"{ }"), SECRET, "a", "b", NOW),
            (Request("PUT", request.url, request.headers, b"{}"), SECRET, "a", "b", NOW),
            (Request("POST", "https://other.amazonaws.com/", request.headers, b"{}"), SECRET, "a", "b", NOW),
        ]
    }
    assert len(signatures) == 9
