"""The whole module: a project as Python that a stranger can read and run without us.

It is made in parts, which a script, a folder and a notebook lay out.
"""

from pathlib import PurePath

from msgspec import Struct

from builder.catalog.custom import MODULE as CUSTOM
from builder.catalog.spec import Catalog
from builder.codegen.backends import backend_problems
from builder.codegen.bindings import bind, check_numbers
from builder.codegen.data import write_data
from builder.codegen.literals import number
from builder.codegen.model import write_model, write_partial_model
from builder.codegen.names import one_line
from builder.codegen.network import Network
from builder.codegen.own import own_problems
from builder.codegen.page import Page
from builder.codegen.parts import Part, by_function, whole
from builder.codegen.refusal import CannotGenerate
from builder.codegen.start import write_start
from builder.codegen.table import write_table_constants
from builder.codegen.training import (
    write_evaluate,
    write_predict,
    write_train,
    write_training_constants,
)
from builder.document import topology
from builder.document.bypass import in_effect
from builder.document.plan import Csv, TrainingPlan
from builder.document.project import Project


class Module(Struct, frozen=True):
    """Python source, and for each of its lines the id of the node it belongs to, or None.

    `parts` are the same lines in the pieces that they were made in; `packages` is what pip has to
    install for them; `inputs` counts the arrays that the network takes. `custom` is the text of
    custom_layers.py, which has to stand beside, or nothing.
    """

    source: str
    nodes: tuple[str | None, ...]
    parts: tuple[Part, ...] = ()
    packages: tuple[str, ...] = ()
    inputs: int = 1
    custom: str = ""


def generate(
    project: Project,
    catalog: Catalog,
    *,
    folder: str | PurePath | None = None,
    partial: bool = False,
) -> Module:
    """The project as a module, formatted as ruff leaves it.

    A relative path of a CSV file is taken from `folder`. Raises CannotGenerate. With `partial`
    nothing is raised: what cannot be written is left out, and a comment says so.
    """
    project = in_effect(project)
    catalog = catalog.including(project.custom)
    if partial:
        return _partial(project, catalog, folder)
    found = (
        *topology.problems(project.graph, catalog.ports_of),
        *backend_problems(project, catalog),
        *own_problems(project, catalog),
    )
    for problem in found:
        if problem.severity == "error":
            raise CannotGenerate(problem.message, problem.node)
    model = Page()
    net = write_model(model, project, catalog)
    pages = _training_pages(project, catalog, net, folder)
    return _assembled(project, model, pages, len(net.inputs))


def _partial(project: Project, catalog: Catalog, folder: str | PurePath | None) -> Module:
    model = Page()
    try:
        net = write_partial_model(model, project, catalog)
        pages = _training_pages(project, catalog, net, folder) if net is not None else _untrained()
    except CannotGenerate as refusal:
        pages = _untrained()
        pages[1].write("", "")
        pages[1].comment(
            [f"Training is left out: {one_line(refusal.message, 62)}"], refusal.node, 0
        )
    return _assembled(project, model, pages)


def judge_training(project: Project, catalog: Catalog, net: Network) -> None:
    """Refuse a plan that cannot be written for a network without errors. Raises CannotGenerate."""
    _training_pages(project, catalog, net, None)


def _training_pages(
    project: Project, catalog: Catalog, net: Network, folder: str | PurePath | None
) -> tuple[Page, Page, Page]:
    """The constants, the functions below `build_model`, and `main`."""
    source = project.data.source
    if source is None:
        return _untrained()
    check_numbers(project.training, project.data.split)
    bindings = bind(project.data, net)
    constants, functions, main = Page(), Page(), Page()
    write_training_constants(constants, bindings, project.training)
    if isinstance(source, Csv):
        write_table_constants(constants, bindings, _path(folder, source.path))
    if project.training.start:
        start = _path(folder, project.training.start)
        write_start(constants, functions, start, project.graph)
    write_data(functions, bindings)
    write_train(functions, project.graph, net, bindings, project.training, catalog)
    write_evaluate(functions)
    write_predict(functions, bindings)
    main.imports.add("import argparse")
    main.write(*_main(file=isinstance(source, Csv)))
    return constants, functions, main


def _path(folder: str | PurePath | None, path: str) -> str:
    """A path as the module writes it. The same file has one text, from whichever folder it is seen."""
    whole = PurePath(folder, path) if folder is not None else PurePath(path)
    found = PurePath(whole.anchor)
    for part in whole.relative_to(whole.anchor).parts:
        up = part == ".." and found.name not in ("", "..")
        found = found.parent if up else found / part
    return found.as_posix()


def _untrained() -> tuple[Page, Page, Page]:
    main = Page()
    main.write(*_MAIN_WITHOUT_DATA)
    return Page(), Page(), main


def _assembled(
    project: Project, model: Page, pages: tuple[Page, Page, Page], inputs: int = 1
) -> Module:
    constants, functions, main = pages
    head, top = Page(), Page()
    trained = bool(functions.imports)
    imports = {"import keras"}.union(*(page.imports for page in (model, *pages)))
    packages = _packages(imports, project.backend)
    what, command = _how_to_train(project.training) if trained else _HOW_TO_LOOK
    how = (what, "", f"    pip install {' '.join(packages)}", f"    {command}")
    head.write(f'"""{one_line(project.name)}: a network in Keras.', "", *how, '"""', "")
    _write_imports(top, imports, project.backend)
    if constants.lines:
        top.write("")
    parts = (
        *whole(head, "head"),
        *whole(top, "imports"),
        *whole(constants, "settings"),
        *by_function(model, "block"),
        *by_function(functions, "data"),
        *whole(main, "main"),
    )
    source = "\n".join(line for part in parts for line in part.lines) + "\n"
    nodes = tuple(node for part in parts for node in part.nodes)
    custom = project.custom if f"import {CUSTOM}" in imports else ""
    return Module(source, nodes, parts, packages, inputs, custom)


def _write_imports(page: Page, imports: set[str], backend: str) -> None:
    standard = {line for line in imports if line == "import argparse"}
    if backend != "tensorflow":
        page.write(*sorted({*standard, "import os"}), "")
        page.write(f'os.environ.setdefault("KERAS_BACKEND", "{backend}")', "")
    elif standard:
        page.write(*standard, "")
    # isort's order: whole modules first, then names from modules.
    own = imports & {f"import {CUSTOM}"}  # a file beside it: a section of its own
    rest = joined_imports(imports - standard - own)
    others = sorted(rest, key=lambda line: (line.startswith("from"), line))
    page.write(*others)
    if own:
        # Where it is sorted depends on the folder that ruff runs in; behind this line, nowhere.
        page.write("", "# isort: split", *own)


def joined_imports(lines: set[str]) -> set[str]:
    """Imports with one line for each module: `from keras import layers, ops`."""
    names: dict[str, set[str]] = {}
    for line in lines:
        module, joint, name = line.partition(" import ")
        names.setdefault(module, set()).update([name] if joint else [])
    return {
        f"{module} import {', '.join(sorted(given))}" if given else module
        for module, given in names.items()
    }


def _packages(imports: set[str], backend: str) -> tuple[str, ...]:
    """What a stranger must install to run the module."""
    modules = {line.split()[1].partition(".")[0] for line in imports}
    more = (("sklearn", "scikit-learn"), ("pandas", "pandas"))
    return ("keras", backend, *(name for module, name in more if module in modules))


def _how_to_train(plan: TrainingPlan) -> tuple[str, str]:
    options = f"--epochs {number(plan.epochs)} --seed {number(plan.seed)}"
    return (
        "Train it, print its scores on rows it has not seen, and save it:",
        f"python model.py {options} --output model.keras",
    )


def _main(*, file: bool) -> tuple[str, ...]:
    """`main()` of a module that trains; with `file`, on another table of the same columns too."""
    option = ('    parser.add_argument("--data", default=DATA)',) if file else ()
    return (
        "",
        "",
        "def main() -> None:",
        '    """Train the network, print its scores on the test rows and save it."""',
        "    parser = argparse.ArgumentParser(description=main.__doc__)",
        '    parser.add_argument("--epochs", type=int, default=EPOCHS)',
        '    parser.add_argument("--seed", type=int, default=SEED)',
        '    parser.add_argument("--output", default="model.keras")',
        *option,
        "    arguments = parser.parse_args()",
        "",
        "    keras.utils.set_random_seed(arguments.seed)",
        "    model = build_model()",
        f"    data = load_data({'arguments.data' if file else ''})",
        "    train(model, data, epochs=arguments.epochs)",
        "    for name, score in evaluate(model, data).items():",
        '        print(f"{name}: {score:.4f}")',
        "    model.save(arguments.output)",
        "",
        "",
        'if __name__ == "__main__":',
        "    main()",
    )


_HOW_TO_LOOK = ("Print its layers:", "python model.py")
_MAIN_WITHOUT_DATA = (
    "",
    "",
    "def main() -> None:",
    '    """Print the layers of the network."""',
    "    build_model().summary()",
    "",
    "",
    'if __name__ == "__main__":',
    "    main()",
)
