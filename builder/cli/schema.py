"""`keras-builder schema`: the JSON Schema of project files."""

import argparse

from builder.cli.failure import OK
from builder.cli.output import say_json
from builder.storage.project_file import json_schema


def run(_options: argparse.Namespace) -> int:
    say_json(json_schema())
    return OK
