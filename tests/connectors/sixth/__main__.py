"""Start a package of your own from the invented one: a folder under connectors/, named after it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
CONNECTORS = HERE.parents[2] / "connectors"


def main(arguments: list[str], place: Path = CONNECTORS) -> int:
    """Copy the invented package to ``place`` under another name; the exit code."""
    match arguments:
        case [name] if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
            pass
        case _:
            print("Which package? A name like my_package: small letters, digits and underscores.", file=sys.stderr)
            return 2
    folder = place / name
    if folder.exists():
        print(f"{folder.name} is already there.", file=sys.stderr)
        return 2
    write(folder)
    print(f"connectors/{name}/ is there and works, against its own sandbox. Now make it tell the truth:")
    print(f"  python -m connectors describe {name.replace('_', '-')}")
    print("  python -m pytest tests/connectors/contract")
    return 0


def write(folder: Path) -> None:
    """Write the invented package into a folder, under its name."""
    folder.mkdir(parents=True)
    for source in sorted((HERE / "kasboek").glob("*.py")):
        (folder / source.name).write_text(_renamed(source.read_text(encoding="utf-8"), folder.name), encoding="utf-8")


def _renamed(source: str, name: str) -> str:
    words = name.split("_")
    return (
        source.replace("api.kasboek.example", f"api.{'-'.join(words)}.example")
        .replace('key="kasboek"', f'key="{"-".join(words)}"')
        .replace("Kasboek Online", " ".join(word.capitalize() for word in words))
        .replace("Kasboek", "".join(word.capitalize() for word in words))
        .replace("kasboek", name)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
