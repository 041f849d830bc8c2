"""What becomes of details that somebody typed: cleaned, compared with what is kept, looked over as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from connectors.kit.connector import Connector
from connectors.kit.credentials import NOT_TYPED, FieldSpec, read_field, read_form
from connectors.kit.readers import Reading
from connectors.kit.text import Text


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a version before a form comes in: shown values, and which secrets are sealed."""

    shown: Mapping[str, str]
    sealed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Typed:
    """A form, read. ``values`` are cleaned and to be kept, also the wrong ones that a person has to see again;
    ``emptied`` are fields to clear; ``errors`` stand beside the fields, also of values that cannot be kept at all."""

    values: Mapping[str, str] = field(repr=False)
    emptied: frozenset[str]
    errors: Mapping[str, Text]
    hints: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class LookedOver:
    """All values of a version looked at together: hints, errors of kept values, two that look exchanged."""

    hints: Mapping[str, Text] = field(default_factory=dict)
    errors: Mapping[str, Text] = field(default_factory=dict)
    swap: tuple[str, str] | None = None


def read_typed(connector: Connector, kept: Kept, raw: Mapping[str, str]) -> Typed:
    """Read the fields that a form brought; others stay as they are. Never raises on any text.

    An empty secret field keeps what is sealed in it; so does one whose text cannot be used at all. A consent is
    given by a button and its codes are exchanged at once: neither is read here.
    """
    values: dict[str, str] = {}
    emptied: set[str] = set()
    errors: dict[str, Text] = {}
    hints: dict[str, Text] = {}
    for spec in connector.login.fields():
        if spec.kind in NOT_TYPED or spec.key not in raw or (spec.key in kept.sealed and not raw[spec.key].strip()):
            continue
        reading = read_field(spec, raw[spec.key])
        if reading.error is not None:
            errors[spec.key] = reading.error
        if reading.hint is not None:
            hints[spec.key] = reading.hint
        if _fits(spec, reading):
            values[spec.key] = reading.value
        elif not raw[spec.key].strip() and kept.shown.get(spec.key):
            emptied.add(spec.key)
    return Typed(values, frozenset(emptied), errors, hints)


def _fits(spec: FieldSpec, reading: Reading) -> bool:
    """Whether a value can be kept: something is left of it, and it is no flood and nothing invisible."""
    return bool(reading.value.strip()) and read_field(spec, reading.value).value == reading.value


def changed_fields(kept: Kept, typed: Typed, secrets: Mapping[str, str]) -> frozenset[str]:
    """The fields whose kept value becomes another one; ``secrets`` are the sealed values that are known."""
    before = {**kept.shown, **secrets}
    return frozenset(key for key, value in typed.values.items() if before.get(key) != value) | typed.emptied


def look_over(connector: Connector, values: Mapping[str, str]) -> LookedOver:
    """Look at all values together. ``values`` are cleaned, secrets included."""
    form = read_form(connector.login, values)
    filled = {key for key, value in values.items() if value}
    hints = dict(form.hints)
    swap: tuple[str, str] | None = None
    for finding in connector.look_over(values):
        hints |= dict.fromkeys(finding.fields, finding.hint)
        swap = swap or finding.swap
    return LookedOver(hints, {key: text for key, text in form.errors.items() if key in filled}, swap)


def as_json(texts: Mapping[str, Text], keys: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """Texts by field as they are stored."""
    return {key: {"nl": text.nl, "en": text.en} for key, text in texts.items() if keys is None or key in keys}


def as_texts(stored: Mapping[str, Mapping[str, str]]) -> dict[str, Text]:
    """Stored texts by field as texts again."""
    return {key: Text(nl=text["nl"], en=text["en"]) for key, text in stored.items()}
