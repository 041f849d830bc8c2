"""Keeps what a club enters: secrets sealed at once, the rest shown, the whole looked over, older results void."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import col, func, select

import connectors
from connectors.kit.connector import Connector
from connectors.kit.text import Text
from onboarding import vault
from onboarding.accounts.people import Actor
from onboarding.audit.events import CodesChanged
from onboarding.audit.log import record
from onboarding.connections.models import CredentialVersion, VersionState
from onboarding.connections.versions import missing_fields
from onboarding.db import session
from onboarding.oauth.held import NEVER_OPENED, held_fields, listed_under, typed_secrets
from onboarding.tickets.models import Ticket
from onboarding.usecases.editing import edit, editable
from onboarding.usecases.moving import Moving, refresh
from onboarding.usecases.opening import Opened, open_secrets
from onboarding.usecases.reading_codes import (
    Kept,
    LookedOver,
    Typed,
    as_json,
    as_texts,
    changed_fields,
    look_over,
    read_typed,
)
from onboarding.usecases.refusals import Changed
from onboarding.usecases.runs import stop_runs
from onboarding.usecases.transaction import end_reading


@dataclass(frozen=True, slots=True)
class CodesSaved:
    """What became of a form. ``errors`` and ``hints`` are by field; ``complete`` says that it can be tested.

    ``version`` is what the form goes on with.
    """

    errors: Mapping[str, Text]
    hints: Mapping[str, Text]
    swap: tuple[str, str] | None
    complete: bool
    version: int


@dataclass(frozen=True, slots=True)
class _Before:
    """The version as it was before the form, and the form, read. ``gone`` are fields to take away."""

    connector: Connector
    version_id: int
    revision: int
    kept: Kept
    typed: Typed
    gone: frozenset[str]
    secrets: Mapping[str, str] = field(repr=False)

    @property
    def changed(self) -> frozenset[str]:
        """Fields that become another value, or none."""
        return changed_fields(self.kept, self.typed, self.secrets) | self.gone & (
            self.kept.sealed | set(self.kept.shown)
        )

    @property
    def after(self) -> dict[str, str]:
        """All values as they will be, secrets included."""
        values = {**self.kept.shown, **self.secrets, **self.typed.values}
        return {key: value for key, value in values.items() if key not in self.typed.emptied | self.gone}


def enter(
    actor: Actor,
    number: int,
    version: int,
    raw: Mapping[str, str],
    *,
    cleared: frozenset[str] = frozenset(),
    choices_alone: bool = False,
) -> CodesSaved:
    """Keep the fields in ``raw`` and take away those in ``cleared``; raises what ``editing.edit`` raises.

    With ``choices_alone`` only fields are looked at for which the package lists what there is.
    """
    before = _before(actor, number, version, raw, cleared, choices_alone=choices_alone)
    seen = look_over(before.connector, before.after) if before.changed else None

    def keep(moving: Moving) -> bool:
        if seen is not None:
            _store(moving, before, seen)
        return seen is not None

    return _saved(number, edit(actor, number, version, keep), before)


def stored_secrets(actor: Actor, number: int, version: int, fields: frozenset[str], purpose: str) -> dict[str, str]:
    """Values of the ticket by field, opened for ``purpose``; those that hold nothing are left out."""
    row = session().get_one(CredentialVersion, editable(session(), actor, number, version).version_id)
    assert row.id is not None
    version_id, shown = row.id, {key: value for key, value in row.shown.items() if key in fields}
    secret = (fields - set(shown)) & typed_secrets(session(), version_id)
    end_reading()
    return shown | open_secrets(version_id, actor.audit_name, purpose, secret).values


def _before(
    actor: Actor,
    number: int,
    version: int,
    raw: Mapping[str, str],
    cleared: frozenset[str],
    *,
    choices_alone: bool,
) -> _Before:
    """Read the form against what is kept, and open the secrets that it did not bring when something changes."""
    ticket = editable(session(), actor, number, version)
    row = session().get_one(CredentialVersion, ticket.version_id)
    version_id, revision, connector = ticket.version_id, row.revision, connectors.get(ticket.package)
    kept = Kept(dict(row.shown), typed_secrets(session(), version_id))
    cleared -= NEVER_OPENED
    end_reading()
    looked_at = {spec.key for spec in connector.login.fields() if spec.choices is not None or not choices_alone}
    typed = read_typed(connector, kept, {key: text for key, text in raw.items() if key in looked_at})
    opened = Opened()
    if cleared or changed_fields(kept, typed, {}):
        opened = open_secrets(version_id, actor.audit_name, "look_over", kept.sealed - cleared - set(typed.values))
    return _Before(connector, version_id, revision, kept, typed, cleared | opened.damaged, opened.values)


def _store(moving: Moving, before: _Before, seen: LookedOver) -> None:
    row = moving.session.get_one(CredentialVersion, moving.ticket.version_id, with_for_update=True)
    if (row.id, row.revision) != (before.version_id, before.revision):
        raise Changed
    secret = {spec.key for spec in before.connector.login.fields() if spec.secret}
    sealing = {key: value for key, value in before.typed.values.items() if key in secret}
    if row.state is not VersionState.CANDIDATE:  # what is in force stays as it is: these are new codes beside it
        row = new_candidate(moving, row)
        sealing = {key: value for key, value in before.after.items() if key in secret}
    assert row.id is not None
    row.shown = {key: value for key, value in before.after.items() if key not in secret}
    _note(row, before, seen)
    moving.session.add(row)
    moving.session.flush()
    if before.gone:
        vault.destroy(moving.session, row.id, actor=moving.actor.audit_name, fields=before.gone)
    binding = vault.Binding(moving.ticket.club_id, row.connection_id, row.id)
    vault.seal(moving.session, row.id, sealing, binding, actor=moving.actor.audit_name)
    go_on(moving, not missing_fields(before.connector, row, held_fields(moving.session, row)))
    void_results(moving, row, before.changed)


def _note(row: CredentialVersion, before: _Before, seen: LookedOver) -> None:
    """Hints, errors and what the package listed, in line with the new values."""
    row.revision += 1
    row.readings = as_json({**before.typed.hints, **seen.hints})
    row.errors = as_json(seen.errors)
    row.swap = list(seen.swap or ())
    row.identity_key = row.identity_label = None
    choices = {spec.key for spec in before.connector.login.fields() if spec.choices is not None}
    if before.changed - choices:  # what the consent covers stays as it was listed
        row.options = {key: row.options[key] for key in row.options.keys() & {listed_under(before.connector)}}


def go_on(moving: Moving, is_complete: bool) -> None:
    """The guided form goes on where it was left: at the codes until all are there, then at the test."""
    if moving.ticket.step in ("prepare", "codes"):
        moving.ticket.step = "test" if is_complete else "codes"


def new_candidate(moving: Moving, former: CredentialVersion) -> CredentialVersion:
    """A new version of the credentials for the ticket, with what is no secret of the former one.

    The consent of a version in force goes along: it is borrowed until the new one is in force, or gets its own.
    """
    newest = moving.session.exec(
        select(func.max(CredentialVersion.number)).where(col(CredentialVersion.connection_id) == former.connection_id)
    ).one()
    row = CredentialVersion(
        connection_id=former.connection_id,
        number=newest + 1,
        shown=dict(former.shown),
        consent_id=former.consent_id if former.state is VersionState.LIVE else None,
        created_at=moving.at,
        created_by=moving.actor.user_id,
    )
    moving.session.add(row)
    moving.session.flush()
    assert row.id is not None
    moving.ticket.version_id = row.id
    return row


def void_results(moving: Moving, row: CredentialVersion, changed: frozenset[str]) -> None:
    """What was tested does not count for the new values of ``changed``: runs stop, and the log says why."""
    stop_runs(moving.session, moving.ticket, moving.actor)
    assert row.id is not None
    event = CodesChanged(moving.number, version_id=row.id, revision=row.revision, fields=tuple(sorted(changed)))
    record(moving.session, moving.actor.audit_name, event)
    refresh(moving)


def _saved(number: int, version: int, before: _Before) -> CodesSaved:
    ticket = session().get_one(Ticket, number)
    row = session().get_one(CredentialVersion, ticket.version_id)
    missing = missing_fields(before.connector, row, held_fields(session(), row))
    return CodesSaved(
        errors={**as_texts(row.errors), **before.typed.errors},
        hints={**before.typed.hints, **as_texts(row.readings)},
        swap=(row.swap[0], row.swap[1]) if row.swap else None,
        complete=not missing and not row.errors,
        version=version,
    )
