"""What is handed in on the command line becomes the texts of a form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.kit.credentials import Credentials, ask
from connectors.kit.handed_in import Misused, texts
from connectors.kit.text import Text

SAID = Text(nl="Gezegd", en="Said")


class Asked(Credentials):
    """A field of each kind that JSON spells in its own way."""

    name: str = ask(SAID, help=SAID)
    wanted: bool | None = ask(SAID, help=SAID)
    number: int | None = ask(SAID, help=SAID)
    many: tuple[str, ...] = ask(SAID, help=SAID)


def handed_in(value: object, tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "input.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return texts("--input", str(path), Asked, "Kasboek")


def test_each_kind_as_json_spells_it(tmp_path: Path) -> None:
    read = handed_in({"name": "SV", "wanted": True, "number": 12, "many": ["8000", 8010]}, tmp_path)
    assert read == {"name": "SV", "wanted": "yes", "number": "12", "many": "8000\n8010"}
    assert handed_in({"wanted": False}, tmp_path)["wanted"] == "no"
    assert handed_in({"wanted": None}, tmp_path) == {"name": "", "wanted": "", "number": "", "many": ""}


@pytest.mark.parametrize(
    ("key", "value"), [("name", True), ("number", 1.5), ("many", [None]), ("name", {"made-up": 1})]
)
def test_what_is_no_value_of_a_field_is_told_beside_it(key: str, value: object, tmp_path: Path) -> None:
    with pytest.raises(Misused) as caught:
        handed_in({key: value}, tmp_path)
    assert [message.nl.partition(":")[0] for message in caught.value.messages] == [key]
    assert "made-up" not in repr(caught.value.messages)
