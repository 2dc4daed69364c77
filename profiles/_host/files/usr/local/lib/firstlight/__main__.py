"""Run as `python3 -I /usr/local/lib/firstlight COMMAND`: Python looks for nothing outside this folder and its own."""

import sys

from firstlight.command import main

sys.exit(main(sys.argv[1:]))
