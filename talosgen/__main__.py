"""``python -m talosgen``."""

import sys

from talosgen.cli import main

sys.exit(main())
