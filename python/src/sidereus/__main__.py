"""``python -m sidereus COMMAND``."""

import sys

from .bundle.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
