"""What a club hands over and what the host owns, as typed classes whose fields describe themselves."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic import Field as PydanticField

from connectors.kit.readers import Reader, Reading, plain
from connectors.kit.text import Text

MOST = 4000
"""Characters that a field takes at most unless it says otherwise."""


class Secret(SecretStr):
    """A value that is masked on the form, sealed at rest and redacted by value everywhere else."""

    def reveal(self) -> str:
        """The value itself; for the wire and for sealing only."""
        return self.get_secret_value()


class Consent(Secret):
    """A consent: given by pressing a button, kept as tokens. Nobody types it; connectors see that it is there."""


class Code(Secret):
    """A code that the page of a consent showed: exchanged at once, and never kept."""


KINDS: Mapping[Any, str] = {date: "date", int: "integer", bool: "yes_no", Consent: "consent", Code: "code"}
"""Kinds of fields by the type that a value becomes; any other type is a text."""
NOT_TYPED = frozenset({"consent", "code"})
"""Kinds of fields that are not kept as somebody typed them."""


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a choice field: what is stored, and what a person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """How a field is asked of a person."""

    label: Text
    help: Text
    where: tuple[str, ...]
    example: str
    reader: Reader
    choices: Callable[[Any], tuple[Option, ...]] | None
    most: int
    unless: str


def ask(
    label: Text,
    *,
    help: Text,
    where: tuple[str, ...] = (),
    example: str = "",
    reader: Reader = plain,
    choices: Callable[[Any], tuple[Option, ...]] | None = None,
    most: int = MOST,
    unless: str = "",
) -> Any:
    """A field of a ``Credentials`` class.

    ``where`` is the click path in the package, ``reader`` accepts what people paste, ``choices`` lists
    the options out of an open session, ``most`` is the longest value in characters. A field whose type
    admits ``None`` or is a tuple is optional, but one with ``unless`` is needed as long as that other field is empty.
    """
    asked = Asked(label, help, where, example, reader, choices, most, unless)
    return PydanticField(json_schema_extra=cast("Any", {"asked": asked}))


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field, as forms, redaction, ``describe`` and the vault see it."""

    key: str
    label: Text
    help: Text
    where: tuple[str, ...]
    example: str
    secret: bool
    required: bool
    kind: str
    """text, date, integer, yes_no ("yes" or "no" in a text), many (several values, one a line), consent or code."""
    reader: Reader
    choices: Callable[[Any], tuple[Option, ...]] | None
    most: int
    unless: str = ""
    """A required field is not needed once the field of this key is filled in."""


class Credentials(BaseModel):
    """Base of ``Login`` and ``Host`` classes. Built with ``read()``, never from raw input directly."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def fields(cls) -> tuple[FieldSpec, ...]:
        """The fields in the order in which they are asked."""
        return tuple(_spec(key, info) for key, info in cls.model_fields.items())

    def secrets(self) -> Iterator[str]:
        """Every secret value held, for redaction by value."""
        for key in type(self).model_fields:
            value = getattr(self, key)
            if isinstance(value, SecretStr) and value.get_secret_value():
                yield value.get_secret_value()


def _spec(key: str, info: Any) -> FieldSpec:
    asked: Asked = info.json_schema_extra["asked"]
    union = typing.get_origin(info.annotation) in (types.UnionType, typing.Union)
    arguments = set(typing.get_args(info.annotation)) if union else {info.annotation}
    many = any(typing.get_origin(argument) is tuple for argument in arguments)
    kind = "many" if many else next((KINDS[argument] for argument in arguments if argument in KINDS), "text")
    return FieldSpec(
        key=key,
        label=asked.label,
        help=asked.help,
        where=asked.where,
        example=asked.example,
        secret=any(isinstance(argument, type) and issubclass(argument, Secret) for argument in arguments),
        required=bool(asked.unless) or (type(None) not in arguments and not many),
        kind=kind,
        reader=asked.reader,
        choices=asked.choices,
        most=asked.most,
        unless=asked.unless,
    )


FILL_IN = Text(nl="Vul dit in.", en="Fill this in.")
TOO_LONG = Text(
    nl="Dit is te lang ({n} tekens). Kopieer alleen de waarde zelf.",
    en="This is too long ({n} characters). Copy the value alone.",
)
ODD_CHARACTERS = Text(
    nl="Hier staan onzichtbare tekens in. Kopieer de waarde opnieuw.",
    en="This holds invisible characters. Copy the value again.",
)
NOT_A_DATE = Text(
    nl="Schrijf de datum als dag-maand-jaar, bijvoorbeeld 31-12-2027.",
    en="Write the date as day-month-year, for example 31-12-2027.",
)
NOT_RIGHT = Text(
    nl="Dit klopt niet. Kijk het nog eens na.",
    en="This is not right. Please check it again.",
)
NOT_A_NUMBER = Text(nl="Vul alleen cijfers in.", en="Use digits only.")
YES_OR_NO = Text(nl="Kies ja of nee.", en="Choose yes or no.")
_ANSWERS = dict.fromkeys(("yes", "ja", "y", "j", "true"), "yes") | dict.fromkeys(("no", "nee", "n", "false"), "no")


@dataclass(frozen=True, slots=True)
class FormReading:
    """What became of a form: a reading per field, and the login when nothing is missing or wrong."""

    readings: Mapping[str, Reading]
    login: Credentials | None

    @property
    def errors(self) -> Mapping[str, Text]:
        return {key: r.error for key, r in self.readings.items() if r.error is not None}

    @property
    def hints(self) -> Mapping[str, Text]:
        return {key: r.hint for key, r in self.readings.items() if r.hint is not None}


def read_field(spec: FieldSpec, raw: str) -> Reading:
    """Read one pasted value: cleaned, with a hard error or a soft hint. Never raises on any text."""
    if len(raw) > spec.most:
        return Reading("", error=TOO_LONG.format(n=len(raw)))
    reading = spec.reader(raw)
    if reading.error is not None:
        return reading
    if not reading.value.strip():
        return Reading("", error=FILL_IN if spec.required else None)
    if any(_odd(character, spec.kind) for character in reading.value):
        return Reading("", error=ODD_CHARACTERS)
    return _typed(spec, reading)


def _odd(character: str, kind: str) -> bool:
    """What nobody types and databases or XML refuse: control characters, direction marks, surrogates, no characters."""
    if character == "\n" and kind == "many":
        return False
    code = ord(character)
    return (
        code < 0x20
        or 0x7F <= code < 0xA0
        or 0x200B <= code <= 0x200F
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
        or 0xD800 <= code <= 0xDFFF
        or 0xFDD0 <= code <= 0xFDEF
        or code == 0xFEFF
        or code & 0xFFFE == 0xFFFE
    )


def _typed(spec: FieldSpec, reading: Reading) -> Reading:
    match spec.kind:
        case "date" if _as_date(reading.value) is None:
            return Reading(reading.value, error=NOT_A_DATE)
        case "integer" if not (reading.value.isascii() and reading.value.isdigit() and len(reading.value) <= 18):
            return Reading(reading.value, error=NOT_A_NUMBER)
        case "yes_no":
            answer = _ANSWERS.get(reading.value.casefold())
            return Reading(answer or reading.value, error=None if answer else YES_OR_NO)
    return reading


def _as_date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        pass
    match = re.fullmatch(r"(\d{1,2}) ?[-/. ] ?(\d{1,2}) ?[-/. ] ?(\d{4}|\d{2})", value, re.ASCII)
    if match is None:
        return None
    day, month, year = map(int, match.groups())
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def many_values(value: str) -> tuple[str, ...]:
    """The entries of a field of kind "many": one a line or separated by commas, without doubles."""
    return tuple(dict.fromkeys(part.strip() for part in value.replace(",", "\n").splitlines() if part.strip()))


_HELD: Mapping[str, type[Secret]] = {"consent": Consent, "code": Code}


def _needed(spec: FieldSpec, raw: Mapping[str, str]) -> FieldSpec:
    """The field as it is asked next to these values: what another one makes needless is optional."""
    return replace(spec, required=False) if spec.unless and raw.get(spec.unless, "").strip() else spec


def read_form(cls: type[Credentials], raw: Mapping[str, str]) -> FormReading:
    """Read a whole form of text values (keys are field keys; absent means empty)."""
    specs = cls.fields()
    readings = {spec.key: read_field(_needed(spec, raw), raw.get(spec.key, "")) for spec in specs}
    if any(reading.error for reading in readings.values()):
        return FormReading(readings, None)
    values: dict[str, object] = {}
    for spec in specs:
        text = readings[spec.key].value
        match spec.kind:
            case "many":
                values[spec.key] = many_values(text)
            case "date":
                values[spec.key] = _as_date(text) if text else None
            case "integer":
                values[spec.key] = int(text) if text else None
            case "yes_no":
                values[spec.key] = text == "yes" if text else None
            case _:
                values[spec.key] = _HELD.get(spec.kind, Secret)(text) if spec.secret and text else text or None
    try:
        return FormReading(readings, cls.model_validate(values))
    except ValidationError as error:
        places = [e["loc"] for e in error.errors(include_input=False, include_url=False)]
        for key in {str(place[0]) if place else specs[0].key for place in places}:
            readings[key] = Reading(readings[key].value, error=NOT_RIGHT)
        return FormReading(readings, None)
