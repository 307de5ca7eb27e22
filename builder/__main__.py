"""`python -m builder` is the command keras-builder."""

import sys

from builder.cli import main

if __name__ == "__main__":
    sys.exit(main())
