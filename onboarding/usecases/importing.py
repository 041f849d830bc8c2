"""Use case: take over connections that were made before Koppelbalie. They are active, their codes are unknown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

import connectors
from connectors.kit.connector import Connector, Identity
from onboarding.accounts.models import Club
from onboarding.accounts.names import problem_with
from onboarding.accounts.people import Actor
from onboarding.audit.events import ConnectionsImported
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.connections.models import Connection, ConnectionState
from onboarding.connections.versions import IN_FORCE
from onboarding.db import session
from onboarding.usecases.connection_lists import BadList, LineError, ListedConnection, read_list
from onboarding.usecases.transaction import change

LONGEST_IDENTITY = 300


@dataclass(frozen=True, slots=True)
class Imported:
    """How many connections and clubs were added, or would be."""

    connections: int
    new_clubs: int


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A line that can be taken over."""

    club: str
    package: str
    identity: Identity


@dataclass
class _Known:
    """What is there already, and what the lines before brought: where each of them comes from."""

    clubs: dict[str, int]
    packages: dict[str, Connector]
    pairs: dict[tuple[str, str], str] = field(default_factory=dict)
    identities: dict[tuple[str, str], str] = field(default_factory=dict)


def import_connections(actor: Actor, data: bytes, *, create_clubs: bool = False, dry_run: bool = False) -> Imported:
    """Take over every line of a CSV file, or none. ``dry_run`` looks and changes nothing.

    Raises ``BadList`` with every line that can't be taken over. ``create_clubs`` adds clubs that are not there.
    """
    listed = read_list(data)
    if dry_run:
        rows, new = _fitting(session(), listed, create_clubs=create_clubs)
        return Imported(len(rows), len(new))
    with change() as db:
        rows, new = _fitting(db, listed, create_clubs=create_clubs)
        clubs = _clubs(db) | _add_clubs(db, new)
        added = _add(db, rows, clubs)
        ids = [one.id or 0 for one in added]
        digest = hashlib.sha256(data).hexdigest()
        event = ConnectionsImported(digest, len(ids), first=min(ids), last=max(ids), new_clubs=len(new))
        record(db, actor.audit_name, event)
        return Imported(len(rows), len(new))


def _fitting(
    db: Session, listed: Sequence[ListedConnection], *, create_clubs: bool
) -> tuple[list[_Fitting], dict[str, str]]:
    """The lines as they can be taken over, and the names of clubs to add by their folded form."""
    known, new = _known(db), dict[str, str]()
    rows, errors = list[_Fitting](), list[LineError]()
    for one in listed:
        problems = list(_club_problems(one, known, create_clubs=create_clubs))
        connector = known.packages.get(one.package.casefold())
        identity = connector.naming.read(one.identity) if connector is not None else None
        problems += _problems(one, known, connector, identity)
        errors += [LineError(one.line, problem) for problem in problems]
        folded = one.club.casefold()
        if not problems and connector is not None and identity is not None:
            rows.append(_Fitting(folded, connector.key, identity))
            if folded not in known.clubs:
                new.setdefault(folded, one.club)
    if errors:
        raise BadList(tuple(errors))
    return rows, new


def _known(db: Session) -> _Known:
    found = connectors.find()
    names = {connector.name.casefold(): connector for connector in found.values()}
    known = _Known(_clubs(db), names | {key.casefold(): connector for key, connector in found.items()})
    query = select(Connection.package, Connection.identity_key, Club.name).join(
        Club, col(Club.id) == col(Connection.club_id)
    )
    for package, key, club in db.exec(query.where(col(Connection.state).in_(IN_FORCE))):
        known.pairs[club.casefold(), package] = "it is connected already"
        if key is not None:
            known.identities[package, key] = "another connection already"
    return known


def _clubs(db: Session) -> dict[str, int]:
    rows = db.exec(select(Club.name, Club.id)).all()
    return {name.casefold(): number for name, number in rows if number is not None}


def _club_problems(one: ListedConnection, known: _Known, *, create_clubs: bool) -> Iterator[str]:
    if one.club.casefold() in known.clubs:
        return
    if not create_clubs:
        yield f"there is no club {one.club}; add it first, or use --create-clubs"
    elif problem_with(one.club) is not None:
        yield f"{problem_with(one.club)}"


def _problems(
    one: ListedConnection, known: _Known, connector: Connector | None, identity: Identity | None
) -> Iterator[str]:
    if connector is None:
        yield f"there is no package {one.package}; there are {', '.join(sorted(connectors.find()))}"
        return
    pair = (one.club.casefold(), connector.key)
    if pair in known.pairs:
        yield f"{one.club} with {connector.name}: {known.pairs[pair]}"
    known.pairs.setdefault(pair, f"stands in line {one.line} already")
    if identity is None or len(identity.key) > LONGEST_IDENTITY:
        yield f"{one.identity} is no identity of {connector.name}; write {connector.naming.form.en}"
        return
    administration = (connector.key, identity.key)
    if administration in known.identities:
        yield f"{identity.label} is the administration of {known.identities[administration]}"
    known.identities.setdefault(administration, f"line {one.line} already")


def _add_clubs(db: Session, new: dict[str, str]) -> dict[str, int]:
    clubs = {folded: Club(name=name, created_at=now()) for folded, name in new.items()}
    db.add_all(clubs.values())
    db.flush()
    return {folded: club.id or 0 for folded, club in clubs.items()}


def _add(db: Session, rows: list[_Fitting], clubs: dict[str, int]) -> list[Connection]:
    at = now()
    added = [
        Connection(
            club_id=clubs[row.club],
            package=row.package,
            state=ConnectionState.ACTIVE,
            identity_key=row.identity.key,
            identity_label=row.identity.label[:LONGEST_IDENTITY],
            created_at=at,
        )
        for row in rows
    ]
    db.add_all(added)
    try:
        db.flush()
    except IntegrityError:  # the unique index: an administration was connected meanwhile
        raise BadList((LineError(0, "somebody connected one of these meanwhile; try again"),)) from None
    return added
