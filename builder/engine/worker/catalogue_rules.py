"""Rules: what is known of one parameter, and short words to write the common ones."""

from typing import Any

from msgspec import Struct

from builder.catalog.spec import Group, Kind


class Rule(Struct, frozen=True):
    """What the table knows about one parameter; the fields mean what they mean in ParamSpec.

    `length` -1 stands for the number in the class name: 2 for Conv2D.
    `nullable` is for those that take None though it is not their default, `required` for those
    that Keras refuses to leave at their default.
    """

    kind: Kind
    example: Any = None
    choices: tuple[str, ...] = ()
    group: Group | None = None
    length: int = 0
    scalar: bool = True
    decimal: bool = False
    minimum: float | None = None
    maximum: float | None = None
    nullable: bool = False
    required: bool = False
    rare: bool = False


def flag(rare: bool = False) -> Rule:
    return Rule("bool", rare=rare)


def count(example: int | None = None, minimum: int = 1, rare: bool = False) -> Rule:
    return Rule("int", example, minimum=minimum, rare=rare)


def share(example: float | None = None, rare: bool = False) -> Rule:
    """A number from 0 to 1."""
    return Rule("number", example, minimum=0, maximum=1, rare=rare)


def positive(example: float | None = None, rare: bool = False) -> Rule:
    return Rule("number", example, minimum=0, rare=rare)


def one_of(*choices: str, nullable: bool = False, rare: bool = False) -> Rule:
    return Rule("choice", choices=choices, nullable=nullable, rare=rare)


def window(example: int | None = None, minimum: int = 1, rare: bool = False) -> Rule:
    """One whole number per spatial axis, or one for all."""
    return Rule("ints", example, length=-1, minimum=minimum, rare=rare)


def span(
    example: float | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    scalar: bool = True,
) -> Rule:
    """A number, or the two ends of a range to draw it from."""
    return Rule("numbers", example, length=2, minimum=minimum, maximum=maximum, scalar=scalar)


def object_of(
    group: Group, example: Any = None, nullable: bool = False, rare: bool = False
) -> Rule:
    return Rule("object", example, group=group, nullable=nullable, rare=rare)
