"""A package and its results as plain data, for commands, documents and other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from connectors.kit.authorization import CONSENT
from connectors.kit.connector import Connector
from connectors.kit.credentials import Credentials, FieldSpec
from connectors.kit.guide import Guide
from connectors.kit.outcomes import Line
from connectors.kit.sandbox import MadeUpClub
from connectors.kit.text import LANGUAGES, Text

Plain = dict[str, Any]
"""What JSON can hold."""


def summarise(connector: Connector) -> Plain:
    """A package in a list: key, name, auth, version, hosts, summary."""
    return {
        "key": connector.key,
        "name": connector.name,
        "auth": connector.auth,
        "version": connector.version,
        "hosts": list(connector.hosts),
        "summary": both(connector.summary),
    }


def describe(connector: Connector, *, sandbox_keys: bool = False) -> Plain:
    """The whole declaration; every text as ``{"nl", "en"}``.

    ``clubs`` are the sandbox's, each with its ``input`` and the outcome ``expected`` of each check.
    ``sandbox_keys`` adds ``host_input``, the host's own keys that the sandbox accepts.
    """
    sandbox = connector.sandbox()
    described = summarise(connector) | {
        "fields": _fields(connector.login),
        "host_fields": _fields(connector.host) if connector.host else [],
        "guide": _guide(connector.guide),
        "checks": [
            {
                "key": check.key,
                "title": both(check.title),
                "owner": check.owner.value,
                "mandatory": check.mandatory,
                "needs": list(check.needs),
                "daily": check.daily,
            }
            for check in connector.checks
        ],
        "clubs": [_club(club) for club in sandbox.clubs],
        "budget": {
            "every_seconds": connector.budget.every.total_seconds(),
            "when_changed": connector.budget.when_changed,
            "repeats_by_itself": connector.budget.repeats_by_itself,
            "refusals": connector.budget.halt and connector.budget.halt.times,
        },
        "facts": [
            {"fact": both(fact.fact), "level": fact.level.value, "source": fact.source, "on": fact.on.isoformat()}
            for fact in connector.facts
        ],
    }
    return described | ({"host_input": dict(sandbox.host_input)} if sandbox_keys else {})


def tell(line: Line, language: str) -> Plain:
    """A line of a checklist, its texts in one language; ``ms`` is how long the check took."""

    def said(text: Text | None) -> str | None:
        return None if text is None else text.in_(language)

    return {
        "check": line.check,
        "outcome": line.outcome.value,
        "owner": line.owner.value,
        "mandatory": line.mandatory,
        "error": line.error,
        "problem": said(line.problem),
        "remedy": said(line.remedy),
        "fields": list(line.fields),
        "says": said(line.says),
        "question": said(line.question),
        "evidence": {key: list(value) if isinstance(value, tuple) else value for key, value in line.evidence.items()},
        "ms": line.ms,
    }


def both(text: Text) -> Plain:
    """A text in each language."""
    return {language: text.in_(language) for language in LANGUAGES}


def _fields(credentials: type[Credentials]) -> list[Plain]:
    return [_field(spec) for spec in credentials.fields()]


def _field(spec: FieldSpec) -> Plain:
    return {
        "key": spec.key,
        "label": both(spec.label),
        "help": both(spec.help),
        "where": list(spec.where),
        "example": spec.example,
        "secret": spec.secret,
        "required": spec.required,
        "unless": spec.unless or None,
        "kind": spec.kind,
        "choices": spec.choices is not None,
        "most": spec.most,
    }


def _guide(guide: Guide) -> Plain:
    return {
        "minutes": guide.minutes,
        "at_hand": _texts(guide.at_hand),
        "prepare": list(guide.prepare),
        "steps": [
            {
                "key": step.key,
                "text": both(step.text),
                "path": list(step.path),
                "picture": step.picture,
                "attest": step.attest and both(step.attest),
                "optional": step.optional,
            }
            for step in guide.steps
        ],
    }


def given(club: MadeUpClub) -> Plain:
    """What a made-up club hands over, as ``--input`` takes it: a consent is an object, all else is text."""
    return {key: json.loads(value) if key == CONSENT else value for key, value in club.input.items()}


def _club(club: MadeUpClub) -> Plain:
    return {
        "name": club.name,
        "says": both(club.says),
        "featured": club.featured,
        "input": given(club),
        "expected": {check: outcome.value for check, outcome in club.expected.items()},
    }


def _texts(texts: Iterable[Text]) -> list[Plain]:
    return [both(text) for text in texts]
