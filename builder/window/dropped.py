"""What was dropped on the window: a project to open, or the sentence that says why not."""

from pathlib import Path

from PySide6.QtCore import QMimeData

from builder.storage import SUFFIX

_TABLES = (".csv", ".tsv", ".txt")
_MODELS = (".pb", ".onnx", ".pt", ".pth")
IMPORTED = (".keras", ".h5", ".hdf5", ".json", ".py")
"""What is imported when it is dropped."""


def is_droppable(data: QMimeData) -> bool:
    """Whether there is anything to say about it: files, folders, addresses, text."""
    return data.hasUrls() or data.hasText()


def read_drop(data: QMimeData) -> Path | str:
    """The project or model that was dropped; of several files the first. Else what to do instead."""
    urls = data.urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    for path in paths:
        if path.suffix.lower() in (SUFFIX, *IMPORTED) and not path.is_dir():
            return path
    if paths:
        return _about(paths[0])
    text = data.text().strip()
    from PySide6.QtCore import QUrl  # not needed before the first paint

    if urls or QUrl(text, QUrl.ParsingMode.StrictMode).scheme() in ("http", "https", "ftp"):
        return (
            "An address on the web cannot be opened. Download the project first, then drop "
            f"the {SUFFIX} file here."
        )
    return (
        f"Text is no project. Drop a {SUFFIX} file here; copied layers are pasted with Ctrl+V "
        "on the canvas."
    )


def _about(path: Path) -> str:
    name = path.name or str(path)
    if path.is_dir():
        return f"“{name}” is a folder. Drop one of the {SUFFIX} files in it."
    kind = path.suffix.lower()
    if kind in _TABLES:
        return f"“{name}” is a table, no project. Choose it in the Data tab at the right."
    if kind in _MODELS:
        return (
            f"“{name}” is a model that cannot be read here. Keras Builder opens {SUFFIX} files and "
            "imports .keras, .h5, Keras JSON and Python."
        )
    return f"“{name}” is no project. Keras Builder opens {SUFFIX} files."
