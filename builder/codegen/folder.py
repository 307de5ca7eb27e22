"""A module as a folder that a stranger can work with: code, what to install, what to read first."""

from msgspec import Struct

from builder.catalog.custom import FILE
from builder.codegen.module import Module
from builder.codegen.names import markdown, one_line
from builder.codegen.parts import of_kind
from builder.document.plan import Bundled, Csv

SCRIPT = "model.py"
README = "README.md"
REQUIREMENTS = "requirements.txt"


class Contents(Struct, frozen=True):
    """What the folder is to tell of: the project's file in it, and where the table lies, if any.

    `data` is a path as the script writes it; `copied` says that it is inside the folder.
    """

    title: str
    project: str
    source: Bundled | Csv | None = None
    data: str = ""
    copied: bool = False


def folder(module: Module, contents: Contents, keras: str) -> dict[str, str]:
    """The folder's texts by name. `keras` is the least version of Keras that the code is for."""
    least = {"keras": f"keras>={keras}"}
    needed = "".join(f"{least.get(name, name)}\n" for name in module.packages)
    own = {FILE: module.custom} if module.custom else {}
    return {
        README: _readme(module, contents),
        SCRIPT: module.source,
        **own,
        REQUIREMENTS: needed,
    }


def _readme(module: Module, contents: Contents) -> str:
    trains = bool(of_kind(module.parts, "train"))
    use = "This trains it, prints its scores on rows it has not seen, and saves it"
    if not trains:
        use = "This prints its layers"
    lines = [
        f"# {markdown(contents.title)}",
        "",
        f"A network in Keras. {use}:",
        "",
        "```",
        f"pip install -r {REQUIREMENTS}",
        f"python {SCRIPT}",
        "```",
        "",
        "From Python, `import model` gives "
        + _listed([f"`{part.name}`" for part in module.parts if part.name in _CALLED])
        + ".",
        "",
        *_data(contents),
        "| file | what |",
        "|---|---|",
        f"| {SCRIPT} | the network, and how to train and use it |",
        *([f"| {FILE} | layers of its own |"] if module.custom else []),
        f"| {REQUIREMENTS} | the packages that it needs |",
        f"| {markdown(contents.project)} | the project, to open in Keras Builder |",
        *([f"| {markdown(contents.data)} | the data |"] if contents.copied else []),
    ]
    return "\n".join(lines) + "\n"


_CALLED = ("build_model", "load_data", "train", "evaluate", "predict")


def _data(contents: Contents) -> list[str]:
    if contents.data:
        where = "in this folder" if contents.copied else "which is not in this folder"
        text = f"The data is {markdown(contents.data)}, {where}"
        if not contents.copied:
            text += f". For another place: `python {SCRIPT} --data FILE`"
    elif isinstance(contents.source, Bundled):
        text = f"The data ({one_line(contents.source.name)}) comes with scikit-learn"
    else:
        return []
    return [text + ".", ""]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) < 2 else f"{', '.join(names[:-1])} and {names[-1]}"
