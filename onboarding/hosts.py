"""What the host owns at the packages that ask for it (a subscription key, a client secret): read once, at start.

Each field of a package's ``Host`` is a setting ``KOPPELBALIE_<PACKAGE>_<FIELD>``, or a file that
``KOPPELBALIE_<PACKAGE>_<FIELD>_FILE`` names. A package for which nothing is set is not on offer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import current_app

import connectors
from connectors.kit.connector import Connector
from connectors.kit.credentials import FILL_IN, Credentials, FieldSpec, read_form
from onboarding.settings import PREFIX, SettingsProblem, content_of

Hosts = Mapping[str, Credentials]
"""The host's own keys by package."""


def variable(connector: Connector, spec: FieldSpec) -> str:
    """The name of the setting for one field of a package's ``Host``."""
    return f"{PREFIX}{connector.key}_{spec.key}".replace("-", "_").upper()


def variables() -> frozenset[str]:
    """The names of all such settings, and of those that name a file."""
    names = {variable(connector, spec) for connector in _asking() for spec in _fields(connector)}
    return frozenset(names | {f"{name}_FILE" for name in names})


def read_hosts(environment: Mapping[str, str]) -> Hosts:
    """The host's own keys for every package for which some are set.

    Raises ``SettingsProblem``, which names what is missing or wrong and never shows a value.
    """
    found: dict[str, Credentials] = {}
    problems: list[str] = []
    for connector in _asking():
        raw = {spec.key: _value(environment, variable(connector, spec)) for spec in _fields(connector)}
        if any(raw.values()):
            assert connector.host is not None
            form = read_form(connector.host, raw)
            problems += _problems(connector, raw, form.errors)
            found |= {connector.key: form.login} if form.login is not None else {}
    if problems:
        raise SettingsProblem("\n".join(problems))
    return found


def host_of(connector: Connector) -> Credentials | None:
    """The host's own keys for a package; None when it asks for none, or none are set."""
    return _current().get(connector.key)


def gives_consent(connector: Connector) -> bool:
    """Whether consent can be given for a package here: it declares how, and the host's own keys are set."""
    return connector.oauth is not None and host_of(connector) is not None


def shows_codes(connector: Connector) -> bool:
    """Whether the host has a page that shows codes of the package, which clubs copy."""
    return gives_consent(connector) and bool(getattr(host_of(connector), "pasted_redirect_uri", None))


def on_offer() -> dict[str, Connector]:
    """The packages that can be connected here, by key: all but those whose host keys are needed and not set."""
    ready = _current()
    return {key: one for key, one in connectors.find().items() if one.host is None or one.host_optional or key in ready}


def _current() -> Hosts:
    hosts: Hosts = current_app.extensions["koppelbalie_hosts"]
    return hosts


def _asking() -> Iterator[Connector]:
    try:
        yield from (connector for connector in connectors.find().values() if connector.host is not None)
    except connectors.BrokenPackage as broken:
        raise SettingsProblem(str(broken)) from None


def _fields(connector: Connector) -> tuple[FieldSpec, ...]:
    return connector.host.fields() if connector.host is not None else ()


def _value(environment: Mapping[str, str], name: str) -> str:
    """What is set for a name, by itself or in a file; the first one wins."""
    file = environment.get(f"{name}_FILE", "")
    if environment.get(name, "") or not file:
        return environment.get(name, "")
    try:
        return content_of(name, Path(file))
    except ValueError as problem:
        raise SettingsProblem(str(problem)) from None


def _problems(connector: Connector, raw: Mapping[str, str], errors: Mapping[str, object]) -> Iterator[str]:
    names = {spec.key: variable(connector, spec) for spec in _fields(connector)}
    for key, error in errors.items():
        if error is FILL_IN:
            others = ", ".join(names[other] for other, value in raw.items() if value)
            yield f"{names[key]} (or {names[key]}_FILE) is not set, but {others} is: {connector.name} needs both"
        else:
            yield f"{names[key]}: {getattr(error, 'en', error)}"
