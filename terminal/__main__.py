"""`python -m terminal`: the same as `tallyman`, where the console script is not on the path."""

import sys

from terminal.cli import main

sys.exit(main())
