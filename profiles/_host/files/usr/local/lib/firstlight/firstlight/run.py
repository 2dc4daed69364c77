"""What firstlight.service runs: all steps of this site."""

import os

from . import graph, journal, paths, site, steps
from .state import Board
from .stores import Means


def run(means: Means, _options: set[str], _word: str) -> int:
    """Runs them to their ends; 0 if all succeeded, else 1. A document that is half in place comes first.

    Raises:
        Final: that one, or the site, cannot be read or written.
    """
    with journal.alone(means, wait=True):
        if journal.finish(means.disk):
            journal.sum_up(means)
            # By the program that came with it.
            os.execv(paths.LAUNCHER, [str(paths.LAUNCHER), "run"])  # noqa: S606 (there is nothing for a shell to do)
    known = site.read(means.disk)
    return 0 if steps.run(graph.steps(means, known), means.system, Board(means.disk, known.steps)) else 1
