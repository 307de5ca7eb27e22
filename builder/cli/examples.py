"""`keras-builder examples`: what can be tried at once."""

import argparse

from builder.cli.failure import OK
from builder.cli.output import say, say_json, say_table
from builder.storage.examples import list_examples


def run(options: argparse.Namespace) -> int:
    examples = list_examples()
    if options.json:
        entries = [{"name": e.name, "title": e.title, "about": e.about} for e in examples]
        say_json({"examples": entries})
        return OK
    say_table(("NAME", "WHAT IT IS"), [(e.name, f"{e.title}: {e.about}") for e in examples])
    say()
    say("Try one:  keras-builder new NAME -o FILE.knet")
    return OK
