"""The page that code is written on: lines, the node behind each line, and the imports needed."""

from collections.abc import Iterable

from builder.codegen.expressions import STEP, WIDTH, Expression, layout, width


class Page:
    """Collects lines. `nodes` has one id (or None) for each of them; `imports` are statements.

    `starts` says at which line each function begins.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.nodes: list[str | None] = []
        self.imports: set[str] = set()
        self.starts: list[int] = []

    def write(self, *lines: str, node: str | None = None) -> None:
        """Add finished lines."""
        self.lines += lines
        self.nodes += [node] * len(lines)

    def statement(self, expression: Expression, node: str | None = None, level: int = 1) -> None:
        """Add one statement, broken where it is too long. `level` counts indentations."""
        self.write(*layout(expression, level * STEP), node=node)

    def constant(self, name: str, value: Expression) -> None:
        """Add `NAME = value` at the margin. A long lone string moves into brackets if that helps."""
        match value:
            case (str(text),) if width(f"{name} = {text}") > WIDTH >= STEP + width(text):
                self.write(f"{name} = (", " " * STEP + text, ")")
            case _:
                self.statement((f"{name} = ", *value), level=0)

    def function(self, *head: str, about: str, node: str | None = None) -> None:
        """Begin a function: two empty lines, its head and its docstring."""
        self.starts.append(len(self.lines))
        self.write("", "")
        self.write(*head, f'    """{about}"""', node=node)

    def append(self, other: "Page") -> None:
        """Put another page below this one."""
        self.starts += [len(self.lines) + start for start in other.starts]
        self.lines += other.lines
        self.nodes += other.nodes
        self.imports |= other.imports

    def comment(self, lines: Iterable[str], node: str | None, level: int = 1) -> None:
        """Add a comment; the lines hold one printable line of text each."""
        for line in lines:
            self.write(" " * (level * STEP) + f"# {line}", node=node)
