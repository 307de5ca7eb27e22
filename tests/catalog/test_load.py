import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from builder.catalog import load
from builder.catalog.spec import Catalog
from builder.resources import resource


def test_the_shipped_catalogue_is_of_a_keras_and_holds_its_groups(catalog: Catalog) -> None:
    assert catalog.keras == "3.15.1"
    assert set(catalog.objects) == {
        "activations",
        "callbacks",
        "constraints",
        "initializers",
        "losses",
        "metrics",
        "optimizers",
        "regularizers",
        "schedules",
    }
    assert catalog.layer("keras.layers.Dense")
    assert catalog.object("losses", "mse") is catalog.object(
        "losses", "keras.losses.MeanSquaredError"
    )
    assert catalog.object("initializers", "Zeros") is catalog.object("initializers", "zeros")


def test_every_default_name_of_an_object_is_in_its_group(catalog: Catalog) -> None:
    for spec in catalog.layers.values():
        for param in spec.params:
            if param.group and isinstance(param.default, str):
                assert catalog.object(param.group, param.default), (spec.name, param.name)


def test_a_cached_catalogue_serves_another_keras(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "installed_keras", lambda: "3.99.0")
    monkeypatch.setattr(load, "cache_path", lambda version: tmp_path / f"catalog-{version}.json")
    shipped = load.load_catalog()
    assert shipped.keras == "3.15.1"
    assert load.is_outdated(shipped)

    newer = msgspec.structs.replace(shipped, keras="3.99.0")
    (tmp_path / "catalog-3.99.0.json").write_bytes(msgspec.json.encode(newer))
    assert load.load_catalog() == newer
    assert not load.is_outdated(newer)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"keras": "3.99.0"}', b"\xff\x00"])
def test_a_damaged_cache_is_passed_over(
    damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "installed_keras", lambda: "3.99.0")
    monkeypatch.setattr(load, "cache_path", lambda version: tmp_path / f"catalog-{version}.json")
    (tmp_path / "catalog-3.99.0.json").write_bytes(damage)
    assert load.load_catalog().keras == "3.15.1"


def test_a_cache_of_another_version_than_its_name_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "installed_keras", lambda: "3.99.0")
    monkeypatch.setattr(load, "cache_path", lambda _: tmp_path / "catalog.json")
    (tmp_path / "catalog.json").write_bytes(resource("catalog.json").read_bytes())
    assert load.load_catalog().keras == "3.15.1"


def test_without_keras_the_shipped_catalogue_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert load.installed_keras() is None
    catalog = load.load_catalog()
    assert not load.is_outdated(catalog)


def test_the_installed_version_is_read_as_its_metadata_says() -> None:
    from importlib import metadata

    assert load.installed_keras() == metadata.version("keras")


def test_a_given_file_without_a_catalogue_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("[]")
    with pytest.raises(msgspec.DecodeError):
        load.load_catalog(tmp_path / "c.json")


def test_loading_imports_nothing_heavy() -> None:
    """The window loads the catalogue before its first paint."""
    code = (
        "import sys; from builder.catalog.load import load_catalog; load_catalog();"
        "heavy = {'keras', 'tensorflow', 'numpy', 'pandas', 'platformdirs', 'importlib.metadata'};"
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
