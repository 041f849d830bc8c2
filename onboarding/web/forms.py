"""Fields that a connector declares, as the guided form shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flask import url_for
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from connectors.kit.authorization import CONSENT
from connectors.kit.connector import Connector
from connectors.kit.credentials import FILL_IN, NOT_TYPED, FieldSpec
from connectors.kit.guide import Step
from connectors.kit.text import Text
from onboarding.checks.checklist import Checklist, Standing
from onboarding.usecases.pages import ClubPage

MOST_OPTIONS = 120
"""Options of a choice that a page lists at once; a search finds the others."""

LARGEST_NUMBER = 2**31 - 1
"""What a column of numbers holds at most on either database."""

CONSENT_FIRST = _l("Give consent first.")

Words = Mapping[str, object]
"""Texts by field key: ``Text``, ``{"nl", "en"}`` or plain."""
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the fields of a ticket: shown values, which are sealed, errors, hints, what to swap."""

    shown: Mapping[str, str] = field(default_factory=dict)
    sealed: Collection[str] = ()
    errors: Words = field(default_factory=dict)
    hints: Words = field(default_factory=dict)
    swap: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field on the page. ``value`` is empty for a secret, always; ``kept`` says that one is sealed."""

    key: str
    label: Text
    help: Text
    where: tuple[str, ...]
    example: str
    kind: str
    secret: bool
    required: bool
    number: int | None
    value: str
    kept: bool
    error: object | None
    hint: object | None
    swaps: bool


@dataclass(frozen=True, slots=True)
class OfferedChoice:
    """One choice field: what is chosen, and the options to show of all there are."""

    field: ShownField
    chosen: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    total: int


def shown_fields(connector: Connector, known: Known, elsewhere: Collection[str] = ()) -> tuple[ShownField, ...]:
    """The fields to type, in the connector's order and numbered as in its pictures; but those that are ``elsewhere``.

    A click path that the guide beside the form shows already is not told again.
    """
    beside = {step.path for step in guide_steps(connector, before=False)}
    asked = [spec for spec in connector.login.fields() if spec.kind not in NOT_TYPED and spec.key not in elsewhere]
    specs = [spec for spec in asked if spec.choices is None or spec.required]  # a list comes after the first test
    required = [spec.key for spec in specs if spec.required]
    return tuple(
        _shown(spec, known, required.index(spec.key) + 1 if spec.key in required else None, beside) for spec in specs
    )


def offered_choices(
    connector: Connector, known: Known, options: Mapping[str, list[list[str]]], search: str = ""
) -> tuple[OfferedChoice, ...]:
    """The choice fields with what the package lists for them; chosen ones first, then what ``search`` finds."""
    return tuple(
        _offered(_shown(spec, known), options.get(spec.key, []), search)
        for spec in connector.login.fields()
        if spec.choices is not None and spec.key != books_field(connector)
    )


def books_field(connector: Connector) -> str:
    """The field that takes an administration out of those that a consent covers; empty where there is none."""
    return connector.oauth.chooses if connector.oauth is not None else ""


def one_field(connector: Connector, known: Known, key: str) -> ShownField:
    """A field that stands on a page of its own; KeyError when the package has none of this key."""
    spec = {spec.key: spec for spec in connector.login.fields()}[key]
    return _shown(spec, known)


def faults(checklist: Checklist) -> dict[str, object]:
    """What the last test found wrong, by the field that caused it."""
    found: dict[str, object] = {}
    for item in checklist.items:
        if item.standing is Standing.FAILED and item.line is not None:
            for key in item.line.fields:
                found.setdefault(key, item.line.texts.get("problem"))
    return found


def known(page: ClubPage, *, typed: Mapping[str, str] = NOTHING, errors: Words = NOTHING) -> Known:
    """What an item knows of its fields, under what was just typed and what was wrong with it."""
    return Known(
        shown={**page.shown, **typed},
        sealed=page.sealed,
        errors={**faults(page.checklist), **page.errors, **errors},
        hints=page.hints,
        swap=page.swap,
    )


def missing(page: ClubPage) -> dict[str, object]:
    """What has to be filled in, or filled in again, before anything can be tested, by field."""
    lacks = {key: CONSENT_FIRST if key == CONSENT else FILL_IN for key in page.lacks}
    return {**lacks, **page.errors}


def guide_steps(connector: Connector, *, before: bool) -> tuple[Step, ...]:
    """The steps of the guide that come before the codes are asked, or those that stand beside them."""
    guide = connector.guide
    return tuple(
        step for step in guide.steps if step.key not in guide.outside and (step.key in guide.prepare) is before
    )


def links(connector: Connector, number: int) -> dict[str, str]:
    """Where each field of an item is filled in, by its key."""
    return {spec.key: _link(connector, spec, number) for spec in connector.login.fields()}


def _link(connector: Connector, spec: FieldSpec, number: int) -> str:
    if spec.kind == "consent":
        return url_for("club.codes", number=number, _anchor="consent")
    if connector.oauth is not None and spec.key == connector.oauth.chooses:
        return url_for("club.books", number=number, _anchor=f"f-{spec.key}")
    page = "club.codes" if spec.choices is None else "club.choices"
    return url_for(page, number=number, _anchor=f"f-{spec.key}")


def labels(connector: Connector) -> dict[str, Text]:
    """The label of each field by its key."""
    return {spec.key: spec.label for spec in connector.login.fields()}


def typed(connector: Connector, form: MultiDict[str, str]) -> dict[str, str]:
    """What a form brought for the connector's fields: several values are lines; what is typed wins from a list."""
    specs = [spec for spec in connector.login.fields() if spec.kind not in NOT_TYPED]
    return {spec.key: _brought(spec, form.getlist(spec.key)) for spec in specs if spec.key in form}


def _brought(spec: FieldSpec, values: list[str]) -> str:
    given = [value for value in values if value.strip()]
    return "\n".join(given if spec.kind == "many" else given[-1:])


def _shown(
    spec: FieldSpec, known: Known, number: int | None = None, beside: Collection[tuple[str, ...]] = ()
) -> ShownField:
    return ShownField(
        key=spec.key,
        label=spec.label,
        help=spec.help,
        where=() if spec.where in beside else spec.where,
        example=spec.example,
        kind=spec.kind,
        secret=spec.secret,
        required=spec.required,
        number=number,
        value="" if spec.secret else known.shown.get(spec.key, ""),
        kept=spec.key in known.sealed,
        error=known.errors.get(spec.key),
        hint=known.hints.get(spec.key),
        swaps=known.swap is not None and spec.key == known.swap[0],
    )


def _offered(field: ShownField, rows: list[list[str]], search: str) -> OfferedChoice:
    chosen = tuple(value.strip() for value in field.value.splitlines() if value.strip())
    sought = search.casefold()
    first = [(value, label) for value, label in rows if value in chosen]
    rest = [(value, label) for value, label in rows if value not in chosen and sought in label.casefold()]
    return OfferedChoice(field, chosen, tuple(first + rest[: MOST_OPTIONS - len(first)]), len(rows))
