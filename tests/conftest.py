"""Set up for all tests: Qt draws offscreen unless a display was asked for."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
