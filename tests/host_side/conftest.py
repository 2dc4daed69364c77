"""What every test has: a folder in place of the disk, a stand-in for the server."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from stand_in.desk import Desk
from stand_in.system import StandIn
from test_site import DATA

# The same examples every time, and none counted by the clock: what fails here fails everywhere.
settings.register_profile(
    "firstlight",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("firstlight")


@pytest.fixture
def system(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path)


@pytest.fixture
def desk(system: StandIn, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A server that knows which site it is."""
    desk = Desk(system, capsys)
    desk.site(DATA)
    return desk
