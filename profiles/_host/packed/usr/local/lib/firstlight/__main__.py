

import sys

from firstlight.command import main

sys.exit(main(sys.argv[1:]))
