"""How large a node is on the canvas and how far apart nodes stand, in scene pixels."""

WIDTH = 236.0
HEIGHT = 48.0
ROW_GAP = 24.0
BRANCH_GAP = 36.0
COLUMN_GAP = 34.0
