"""What is handed in on the command line, read as the form reads it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from connectors.kit.authorization import as_text
from connectors.kit.connector import Finding, nothing_odd
from connectors.kit.credentials import Credentials, read_form
from connectors.kit.text import Text

LookOver = Callable[[Mapping[str, str]], tuple[Finding, ...]]

NO_FILE = Text(
    nl="kan niet worden gelezen; geef een bestand, of - voor standaardinvoer",
    en="cannot be read: give a file, or - for standard input",
)
NO_JSON = Text(nl="geen JSON (regel {line}, teken {column})", en="no JSON (line {line}, character {column})")
NO_OBJECT = Text(nl="moet een JSON-object zijn", en="has to be a JSON object")
NO_FIELDS = Text(
    nl="{n} namen zijn geen veld van {package}; de velden zijn: {keys}",
    en="{n} names are no field of {package}; its fields are: {keys}",
)
NO_CONSENT = Text(
    nl='moet een object zijn: "code" en "redirect_uri", of "access_token" en "refresh_token"',
    en='has to be an object: "code" and "redirect_uri", or "access_token" and "refresh_token"',
)
NO_VALUE = Text(nl="moet tekst, een getal of een lijst zijn", en="has to be text, a number or a list")


class Misused(Exception):
    """Bad usage or input; one message a line, none of them with a value that was handed in."""

    def __init__(self, *messages: Text) -> None:
        super().__init__("misused")
        self.messages = messages


def texts(option: str, name: str, cls: type[Credentials], package: str) -> dict[str, str]:
    """The JSON object in the file ``name`` (- is standard input) as the texts that a form would have.

    Raises ``Misused``, whose messages name ``option`` and fields, never what was handed in: people put
    codes where a name belongs.
    """
    return read_object(option, load(option, name), cls, package)


def read_object(option: str, loaded: Mapping[str, Any], cls: type[Credentials], package: str) -> dict[str, str]:
    """An object as ``texts`` reads it."""
    kinds = {spec.key: spec.kind for spec in cls.fields()}
    keys = list(kinds)
    wrong = []
    read = {}
    for key, kind in kinds.items():
        text = _as_text(loaded.get(key), kind)
        if text is None:
            wrong.append(_beside(key, NO_CONSENT if kind == "consent" else NO_VALUE))
        read[key] = text or ""
    unknown = len(loaded.keys() - set(keys))
    if unknown:
        wrong.append(_beside(option, NO_FIELDS.format(n=unknown, package=package, keys=", ".join(keys))))
    if wrong:
        raise Misused(*wrong)
    return read


def credentials(
    cls: type[Credentials], raw: Mapping[str, str], look_over: LookOver = nothing_odd
) -> tuple[Credentials, tuple[Text, ...]]:
    """The typed values, and the hints about them. Raises ``Misused`` with a message for each wrong field."""
    form = read_form(cls, raw)
    if form.login is None:
        raise Misused(*(_beside(key, error) for key, error in form.errors.items()))
    odd = look_over({key: reading.value for key, reading in form.readings.items()})
    hints = [_beside(key, hint) for key, hint in form.hints.items()]
    return form.login, (*hints, *(_beside(", ".join(one.fields), one.hint) for one in odd))


def _as_text(value: object, kind: str) -> str | None:
    match value:
        case None:
            return ""
        case _ if kind == "consent":
            return as_text(value)
        case bool() if kind == "yes_no":
            return "yes" if value else "no"
        case str():
            return value
        case int() if not isinstance(value, bool):
            return str(value)
        case list() if all(isinstance(one, str | int) for one in value):
            return "\n".join(map(str, value))
    return None


def load(option: str, name: str) -> dict[str, Any]:
    """The JSON object in the file ``name``; raises ``Misused``."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
        loaded = json.loads(text)
    except json.JSONDecodeError as error:
        raise Misused(_beside(option, NO_JSON.format(line=error.lineno, column=error.colno))) from None
    except (OSError, ValueError, RecursionError):
        raise Misused(_beside(option, NO_FILE)) from None
    if not isinstance(loaded, dict):
        raise Misused(_beside(option, NO_OBJECT))
    return loaded


def _beside(name: str, message: Text) -> Text:
    return Text(nl=f"{name}: {message.nl}", en=f"{name}: {message.en}")
