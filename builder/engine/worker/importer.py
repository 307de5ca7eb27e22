"""Import: a model of Keras as a project, and its weights as a run that training can start from.

The network is read from its config by `builder.reading`, never by loading the model. Weights are
put into the model that our own code builds from the project.
"""

from pathlib import Path
from typing import Any

import keras
import msgspec
from keras.src.utils.naming import reset_uids
from msgspec.structs import replace

from builder.catalog.load import load_catalog
from builder.codegen import CannotGenerate, generate
from builder.document.project import Project
from builder.engine.messages import Fault, Import, Imported
from builder.engine.worker.archive import DAMAGED, config_of, has_weights, is_zip
from builder.engine.worker.context import Context
from builder.engine.worker.faults import JobError, plain
from builder.engine.worker.run_module import function, run_source
from builder.engine.worker.stored import numbers_in
from builder.engine.worker.symbolic import weightless
from builder.engine.worker.trained import save_model
from builder.engine.worker.unsound import refuse_hollow
from builder.engine.worker.weights import load_by_name
from builder.reading.applications import PREFIX, application_of
from builder.reading.keras2 import is_keras2
from builder.reading.keras_config import Reading, read_config
from builder.reading.nesting import nested
from builder.reading.places import laid_out
from builder.reading.refusal import CannotImport


def import_model(request: Import, context: Context) -> None:
    """Answer with Imported. Raises JobError with what cannot be read and what to do."""
    reading = read(request.source)
    project = arranged(reading.project)
    remarks = [Fault(remark.message, remark.node) for remark in reading.remarks]
    try:
        project = _with_start(project, request)
    except JobError as error:
        remarks.append(Fault(f"The weights were left out. {error}", error.node))
    context.send(Imported(request.id, project, tuple(remarks)))


def arranged(project: Project) -> Project:
    """The project with what repeats in blocks, and a place for every node."""
    graph = nested(project.graph, load_catalog())
    return laid_out(replace(project, graph=graph))


def _with_start(project: Project, request: Import) -> Project:
    """The project with the weights to start from, if the source has any. Raises JobError.

    A .keras file is that itself. What a .h5 file holds is written as one.
    """
    source = Path(request.source)
    if application_of(request.source) is not None or not has_weights(source):
        return project
    start = source.absolute()
    if is_zip(source) and is_keras2(config_of(source)):
        raise JobError(
            f"Keras 2 wrote “{source.name}”, and Keras {keras.__version__} cannot read its weights. "
            "Save the model as .h5 there, with model.save(), and import that."
        )
    if not is_zip(source):
        if not request.weights:
            return project
        start = Path(request.weights).absolute()
        _convert(project, source, start)
    return replace(project, training=replace(project.training, start=start.as_posix()))


def _convert(project: Project, source: Path, target: Path) -> None:
    """Write the model with the weights of a .h5 file as a .keras file. Raises JobError."""
    try:
        text = generate(project, load_catalog()).source
    except CannotGenerate as refusal:
        raise JobError(refusal.message, refusal.node) from refusal
    build_model = function(run_source(text, "<import>"), "build_model")
    held = numbers_in(source)
    with weightless():
        refuse_hollow(build_model(), held, source)
    model = build_model()
    try:
        unfit = load_by_name(model, source)
    except DAMAGED as error:
        raise JobError(f"“{source.name}” is damaged: {plain(str(error))}.") from error
    if unfit:
        raise JobError(
            f"Those of “{unfit[0]}” in “{source.name}” do not fit the layer, so the file is "
            "incomplete or of another network."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    save_model(model, target)


def read(source: str) -> Reading:
    """The project of a file or of `keras.applications.NAME`. Raises JobError."""
    application = application_of(source)
    if application is None and source.startswith(PREFIX):
        raise JobError(
            f"Keras {keras.__version__} has no {source}. Names are written as in {PREFIX}ResNet50.",
            unreadable=True,
        )
    config = config_of(Path(source)) if application is None else _config_of(application)
    name = Path(source).stem if application is None else ""
    try:
        return read_config(config, load_catalog(), name)
    except CannotImport as refusal:
        where = Path(source).name if application is None else source
        raise JobError(f"“{where}” cannot be imported. {refusal.message}") from refusal
    except RecursionError as error:
        raise JobError(f"“{Path(source).name}” is nested too deep to be a model.") from error


def _config_of(application: str) -> Any:
    """The config of a network that Keras ships, built without weights and without a download."""
    reset_uids()  # names of its own for the model, whatever was inspected before
    with weightless():
        model = getattr(keras.applications, application)(weights=None)
        return msgspec.json.decode(model.to_json())
