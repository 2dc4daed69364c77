import re
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight import reference as r
from firstlight.errors import Final
from firstlight.reference import parse

TOKEN = r.File(PurePosixPath("/etc/firstlight/token"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("none", r.Nothing()),
        ("generate", r.Generated()),
        ("docker-gid", r.DockerGroup()),
        ("file:///etc/firstlight/token", TOKEN),
        ("credential://ghcr-token", r.Credential("ghcr-token")),
        ("awsssm://infrakt/token?region=eu-central-1", r.AwsParameter("infrakt/token", "eu-central-1")),
        ("awssecrets://token?region=eu-central-1", r.AwsSecret("token", "eu-central-1", None)),
        ("awssecrets://i/ghcr?region=eu-central-1#token", r.AwsSecret("i/ghcr", "eu-central-1", "token")),
        ("gcpsecrets://my-project/token", r.GoogleSecret("my-project", "token", "latest")),
        ("gcpsecrets://my-project/token?version=7", r.GoogleSecret("my-project", "token", "7")),
        ("azurekeyvault://my-vault/token", r.AzureSecret("my-vault", "token")),
        ("terraform://ghcr_token", r.Embedded("ghcr_token")),
        ("env://GHCR_TOKEN", r.Embedded("GHCR_TOKEN")),
        (
            "vault://secret/a/b?address=https://vault.example.com:8200&wrapped=file:///etc/firstlight/token#t",
            r.VaultSecret("secret", "a/b", "https://vault.example.com:8200", "t", r.Wrapped(TOKEN)),
        ),
        (
            "vault://secret/a?address=https://v&role_id=app&secret_id=credential://id#t",
            r.VaultSecret("secret", "a", "https://v", "t", r.AppRole("app", r.Credential("id"))),
        ),
    ],
)
def test_every_scheme(text: str, value: r.Reference) -> None:
    assert parse(text) == value


def test_the_compilers_own_examples_are_read() -> None:
    table = Path(__file__).parents[2] / "src" / "value" / "scheme.rs"
    examples = re.findall(r'example: "([^"]+)"', table.read_text())
    assert len(examples) > 8
    assert len({type(parse(example)) for example in examples}) == len(examples) - 1  # terraform and env are one


def test_what_is_embedded_lies_in_roots_own_folder() -> None:
    assert r.Embedded("x").path == PurePosixPath("/root/.firstlight/x")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no reference"),
        ("nope", "no reference"),
        ("ssh://x", "scheme that this version does not know"),
        ("file://relative", "absolute path"),
        ("file:///", "absolute path"),
        ("file:///a/../b", "absolute path"),
        ("file:///a/", "absolute path"),
        ("file:///a b", "absolute path"),
        ("file:///a?x=1", "more after"),
        ("file:///a#x", "more after"),
        ("credential://a/b", "path of 1 parts"),
        ("credential://..", "path of 1 parts"),
        ("credential://", "path of 1 parts"),
        ("awsssm://a", "needs region="),
        ("awsssm://a?region=", "needs region="),
        ("awsssm://a?region=x/y", "needs region="),
        ("awsssm://a//b?region=x", "path of one or more"),
        ("awsssm://a?region=x&region=y", "same thing twice"),
        ("awssecrets://a?region=x#a/b", "needs a key"),
        ("gcpsecrets://a?region=x", "path of 2 parts"),
        ("terraform://a-b", "variable's name"),
        ("env://../x", "variable's name"),
        ("vault://a#k", "MOUNT/PATH"),
        ("vault://a/b?address=https://v&wrapped=file:///t", "MOUNT/PATH and #KEY"),
        ("vault://a/b?wrapped=file:///t#k", "address=https"),
        ("vault://a/b?address=http://v&wrapped=file:///t#k", "address=https"),
        ("vault://a/b?address=https://v/x&wrapped=file:///t#k", "address=https"),
        ("vault://a/b?address=https://u@v&wrapped=file:///t#k", "address=https"),
        ("vault://a/b?address=https://v#k", "needs role_id= and"),
        ("vault://a/b?address=https://v&wrapped=file:///t&role_id=x#k", "needs role_id= and"),
        ("vault://a/b?address=https://v&secret_id=file:///t#k", "needs role_id= and"),
        ("vault://a/b?address=https://v&wrapped=generate#k", "file:// or credential://"),
        ("vault://a/b?address=https://[v&wrapped=file:///t#k", "address=https"),
    ],
)
def test_what_is_wrong_is_said(text: str, what: str) -> None:
    with pytest.raises(Final, match=re.escape(what)):
        parse(text)


@given(st.text())
def test_nothing_else_is_raised_and_nothing_is_repeated(tail: str) -> None:
    sample = "".join(["gh", "p_"]) + "x" * 36
    for text in (sample + tail, f"file://{sample}{tail}\n", f"vault://a/b?address={sample}{tail}#k"):
        with pytest.raises(Final) as error:
            parse(text)
        assert sample not in str(error.value)
