"""Rows parted for training, validation and test, and arrays by name where there are several."""

from collections.abc import Sequence

from builder.codegen.expressions import Expression, call, keyword, mapping
from builder.codegen.literals import number, string
from builder.codegen.page import Page
from builder.document.plan import Split


def write_splits(
    page: Page, split: Split, what: str, classes: tuple[Expression, Expression] | None
) -> None:
    """Write the splits of `what` into `parts`: first the test rows go, then those to validate with.

    `classes` are what to stratify by, for all rows and for those that the
    first split leaves.
    """
    seed = keyword("random_state", (number(split.seed),))
    rest = number(round(1 - split.test, 10))

    def part(names: str, share: str, place: int) -> None:
        arguments: list[Expression] = [(what,), keyword("test_size", (share,)), seed]
        if classes is not None:
            arguments.append(keyword("stratify", classes[place]))
        page.statement((f"{names} = ", *call("train_test_split", arguments)))

    part(f"{what}, test", number(split.test), 0)
    validated = number(split.validation)
    page.comment(
        [f"{validated} of all rows are for validation: a larger share of what is left."], None
    )
    part("training, validation", f"{validated} / {rest}", 1)
    page.write('    parts = {"train": training, "validation": validation, "test": test}')


def by_name(items: Sequence[tuple[str, Expression]]) -> Expression:
    """Values under the names of their nodes."""
    return mapping((string(name), value) for name, value in items)


def one_or_by_name(items: Sequence[tuple[str, Expression]]) -> Expression:
    """The sole value itself, or all under the names of their nodes."""
    return items[0][1] if len(items) == 1 else by_name(items)
