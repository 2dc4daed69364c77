import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight.words import last_line, plain


@given(st.one_of(st.text(), st.binary()), st.integers(1, 400))
def test_what_comes_out_is_one_bounded_line_of_visible_signs(text: str | bytes, limit: int) -> None:
    line = plain(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert "  " not in line
    for character in line:
        assert character == " " or unicodedata.category(character)[0] not in "CZ"


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S"])))
def test_visible_signs_stay(text: str) -> None:
    assert plain(text, 1000) == text


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("a\x1b]0;title\x07b", "a ]0;title b"),
        ("pass\u202edrow", "pass drow"),
        ("a\u200bb\ufeffc\U000e0041d", "a b c d"),
        ("two\nlines\r\n\tand\u2028more", "two lines and more"),
        (b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_what_steers_is_gone(foreign: str | bytes, shown: str) -> None:
    assert plain(foreign) == shown


def test_a_long_text_is_cut_where_it_shows() -> None:
    assert plain("x" * 1_000_000) == "x" * 299 + "…"
    assert plain("word " * 3, 6) == "word …"


@pytest.mark.parametrize(
    ("output", "line"),
    [(b"a\nb\n\n \x1b\n", "b"), (b"", ""), (b"\n\n", ""), (b"only", "only"), (b"progress\rdone\r\n", "done")],
)
def test_the_last_line_that_says_something(output: bytes, line: str) -> None:
    assert last_line(output) == line
