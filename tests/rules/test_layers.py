"""What import-linter cannot say without a list of packages: a new folder must need no edit here."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(
    folder.parent.name for folder in (ROOT / "connectors").glob("*/__init__.py") if folder.parent.name != "kit"
)


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("connectors", "onboarding", "demo", include_external_packages=True)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_knows_the_kit_and_no_other_package(imports: grimp.ImportGraph, package: str) -> None:
    mine = f"connectors.{package}"
    modules = imports.find_descendants(mine) | {mine}
    known = {target for module in modules for target in imports.find_modules_directly_imported_by(module)}

    strangers = {
        name for name in known if name.startswith("connectors.") and not name.startswith((f"{mine}.", "connectors.kit"))
    }
    assert strangers - {mine} == set()


def test_the_kit_knows_no_package(imports: grimp.ImportGraph) -> None:
    kit = imports.find_descendants("connectors.kit") | {"connectors.kit"}
    known = {target for module in kit for target in imports.find_modules_directly_imported_by(module)}

    assert {
        name for name in known if name.split(".")[0] == "connectors" and not name.startswith("connectors.kit")
    } == set()


def test_nobody_in_the_app_names_a_package(imports: grimp.ImportGraph) -> None:
    named = {
        (importer, package)
        for package in PACKAGES
        for module in imports.find_descendants(f"connectors.{package}") | {f"connectors.{package}"}
        for importer in imports.find_modules_that_directly_import(module)
        if not importer.startswith(f"connectors.{package}")
    }
    assert named == set()
