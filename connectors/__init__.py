"""The accounting packages: one folder each, found by itself."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.kit.connector import Connector

ELSEWHERE = "KOPPELBALIE_CONNECTORS"
"""Environment variable with more folders: each a package, or a folder of packages, separated as in PATH."""

Loader = Callable[[str], ModuleType]

_looks = itertools.count(1)
_known: dict[str, dict[str, Connector]] = {}
_looking = threading.RLock()


class BrokenPackage(Exception):
    """A package's folder cannot be used; the message names the folder and what to mend."""


def find() -> dict[str, Connector]:
    """Every package by key, ordered by name: the folders here and those of ``KOPPELBALIE_CONNECTORS``.

    Looked for once per value of that variable. Raises ``BrokenPackage``.
    """
    elsewhere = os.environ.get(ELSEWHERE, "")
    with _looking:
        if elsewhere not in _known:
            _known[elsewhere] = _look(elsewhere)
        return dict(_known[elsewhere])


def get(key: str) -> Connector:
    """The package with this key; KeyError when there is none."""
    return find()[key]


def forget() -> None:
    """Look again at the next ``find()``: folders elsewhere are imported anew, what was found before stays usable."""
    with _looking:
        _known.clear()


def _look(elsewhere: str) -> dict[str, Connector]:
    found: dict[str, Connector] = {}
    seen: dict[str, str] = {}
    for where, connector in (*_ours(), *_theirs(elsewhere)):
        if connector.key in found:
            raise BrokenPackage(f"{where}: the key {connector.key!r} is already that of {seen[connector.key]}")
        found[connector.key] = connector
        seen[connector.key] = where
    return dict(sorted(found.items(), key=lambda entry: entry[1].name.casefold()))


def _ours() -> Iterator[tuple[str, Connector]]:
    for folder in _folders(Path(__file__).parent):
        if folder.name != "kit":
            yield from _declared(folder, f"{__name__}.{folder.name}", importlib.import_module)


def _theirs(elsewhere: str) -> Iterator[tuple[str, Connector]]:
    places = {Path(entry).resolve(): entry for entry in elsewhere.split(os.pathsep) if entry}
    for place, entry in places.items():
        if not place.is_dir():
            raise BrokenPackage(f"{entry}: no such folder; {ELSEWHERE} names folders of packages")
        packages = [
            found
            for folder in ([place] if (place / "__init__.py").is_file() else _folders(place))
            for found in _declared(folder, _name(folder), partial(_import, folder))
        ]
        if not packages:
            raise BrokenPackage(f"{entry}: holds no package; its __init__.py has to define CONNECTOR")
        yield from packages


def _folders(place: Path) -> list[Path]:
    return sorted(path.parent for path in place.glob("[!._]*/__init__.py"))


def _name(folder: Path) -> str:
    """A module name of its own for each look, so that folders of one name, and old and new, live side by side."""
    return f"connectors_elsewhere_{next(_looks)}_{folder.name}"


def _declared(folder: Path, name: str, load: Loader) -> Iterator[tuple[str, Connector]]:
    from connectors.kit.connector import Connector

    try:
        module = load(name)
    except Exception as error:
        raise BrokenPackage(f"{folder}: cannot be imported: {type(error).__name__}: {error}") from error
    declared = getattr(module, "CONNECTOR", None)
    if declared is None:
        return
    if not isinstance(declared, Connector):
        raise BrokenPackage(f"{folder}: CONNECTOR is no Connector but {type(declared).__name__}")
    yield str(folder), declared


def _import(folder: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError("no Python package")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        for loaded in [loaded for loaded in sys.modules if loaded == name or loaded.startswith(f"{name}.")]:
            del sys.modules[loaded]
        raise
    return module
