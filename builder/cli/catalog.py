"""`keras-builder catalog`: all that a network can be made of."""

import argparse
import textwrap

from builder.cli.failure import OK
from builder.cli.opening import open_catalog
from builder.cli.output import say, say_json


def run(options: argparse.Namespace) -> int:
    catalog = open_catalog()
    if options.json:
        say_json(catalog)
        return OK
    ops = sum(type_.startswith("keras.ops.") for type_ in catalog.layers)
    say(f"Keras {catalog.keras}: {len(catalog.layers) - ops} layers, {ops} ops")
    for category in dict.fromkeys(spec.category for spec in catalog.layers.values()):
        names = [spec.name for spec in catalog.layers.values() if spec.category == category]
        _section(f"{category} ({len(names)})", names)
    for group, objects in catalog.objects.items():
        names = [spec.name for spec in objects.values()]
        _section(f"{group.capitalize()} ({len(names)})", names)
    return OK


def _section(title: str, names: list[str]) -> None:
    say()
    say(title)
    say(textwrap.fill(", ".join(names), 98, initial_indent="  ", subsequent_indent="  "))
