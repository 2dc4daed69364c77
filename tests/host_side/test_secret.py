import pickle
import traceback

import pytest

from firstlight.secret import Secret

VALUE = b"-".join([b"a", b"sample", b"value"])


def test_it_shows_itself_nowhere() -> None:
    secret = Secret(VALUE)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", repr([secret]), repr(vars(secret))]
    assert not [text for text in shown if VALUE.decode() in text]
    with pytest.raises(ValueError, match="oh") as error:
        raise ValueError("oh", secret)
    assert VALUE.decode() not in "".join(traceback.format_exception(error.value))


def test_it_is_not_written_down() -> None:
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(Secret(VALUE))


def test_only_reveal_gives_it_out() -> None:
    assert Secret(VALUE).reveal() == VALUE
    assert Secret(b"").reveal() == b""
