"""Finds the catalogue to work with: the shipped one, or the user's own for another Keras.

The shipped catalogue is of one version of Keras. Where another is installed, a worker writes its
catalogue to the user's cache once, and it is loaded from there ever after. Keras itself is never
imported here, because the window loads the catalogue before its first paint.
"""

import os
import sys
from pathlib import Path

import msgspec

from builder.catalog.spec import Catalog
from builder.resources import resource

_BEFORE, _AFTER = "keras-", ".dist-info"
_decoder: msgspec.json.Decoder[Catalog] = msgspec.json.Decoder(Catalog)


def load_catalog(path: Path | None = None) -> Catalog:
    """The catalogue in a file; without one, that of the installed Keras, else the shipped one.

    A cached file that cannot be read is passed over: the shipped one serves until it is renewed.
    Raises OSError or msgspec.DecodeError for a given `path` that holds no catalogue.
    """
    if path is not None:
        return _decoder.decode(path.read_bytes())
    shipped = _decoder.decode(resource("catalog.json").read_bytes())
    return _cached(shipped) or shipped


def is_outdated(catalog: Catalog) -> bool:
    """Whether another Keras than the catalogue's is installed, so that a worker should renew it."""
    version = installed_keras()
    return version is not None and version != catalog.keras


def installed_keras() -> str | None:
    """The version of the installed Keras, or None.

    Read from the name of its metadata folder: importlib.metadata says the same, but to import it
    takes longer than all of loading the catalogue. So does `Path.glob` among hundreds of packages.
    """
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:  # an archive, or nothing any more
            continue
        found = [name for name in names if name.startswith(_BEFORE) and name.endswith(_AFTER)]
        if found:
            return min(found).removeprefix(_BEFORE).removesuffix(_AFTER)
    return None


def cache_path(version: str) -> Path:
    """Where the user's own catalogue of a version of Keras is kept. The folder may not exist."""
    from platformdirs import user_cache_dir  # only where the shipped catalogue does not do

    return Path(user_cache_dir("keras-builder")) / f"catalog-{version}.json"


def _cached(shipped: Catalog) -> Catalog | None:
    version = installed_keras()
    if version is None or version == shipped.keras:
        return None
    try:
        found = _decoder.decode(cache_path(version).read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
    return found if found.keras == version else None
