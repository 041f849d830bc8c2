"""Connections that were made before: taken over from a list as offices save it, all lines or none."""

from __future__ import annotations

import time

import pytest
from sqlmodel import func, select

from onboarding.accounts.models import Club
from onboarding.accounts.people import SYSTEM
from onboarding.connections.models import Connection, ConnectionState
from onboarding.db import session
from onboarding.usecases.bookkeeping import cards_of
from onboarding.usecases.connection_lists import BadList, read_list
from onboarding.usecases.importing import Imported, import_connections
from tests.unit.usecases.connected import connect

HEAD = "club,package,identity\n"
SNELSTART = "0a1b2c3d-0000-4000-8000-00000000000A"


def take_over(text: str, encoding: str = "utf-8", **options: bool) -> Imported:
    return import_connections(SYSTEM, text.encode(encoding), **options)


def problems(text: str | bytes, **options: bool) -> list[tuple[int, str]]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BadList) as bad:
        import_connections(SYSTEM, data, **options)
    assert rows() == []
    return [(error.line, error.problem) for error in bad.value.errors]


def rows() -> list[Connection]:
    session().rollback()
    return list(session().exec(select(Connection)).all())


def test_each_line_is_active_with_codes_unknown(desk):
    done = take_over(f"{HEAD}SV Voorbeeld,e-boekhouden,svv|123456\nvv proefstad,SnelStart,{{{SNELSTART}}}\n")

    assert done == Imported(connections=2, new_clubs=0)
    first, second = rows()
    assert (first.state, first.live_version_id, first.activated_at) == (ConnectionState.ACTIVE, None, None)
    assert (first.identity_key, first.identity_label) == ("svv|123456", "svv · 123456")
    assert (second.club_id, second.identity_key) == (desk.other_club_id, SNELSTART.lower())
    (event,) = desk.events("connections:imported")
    assert (event.data["count"], event.data["first"], event.data["last"]) == (2, first.id, second.id)
    (card,) = cards_of(desk.ans, desk.club_id)
    assert (card.in_force, card.codes_known, card.is_taken_over, card.can_renew) == (True, False, True, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_reads_what_offices_save(desk, encoding, delimiter):
    text = 'Pakket;Club;Administratie;Opmerking\r\ne-Boekhouden.nl;"Café ’t Hoekje";hoekje;é\r\n\r\n;;;'
    done = take_over(text.replace(";", delimiter), encoding, create_clubs=True)

    assert done == Imported(connections=1, new_clubs=1)
    assert session().exec(select(func.count()).where(Club.name == "Café ’t Hoekje")).one() == 1


def test_what_is_wrong_is_told_by_line_and_nothing_is_taken_over(desk):
    text = (
        f"{HEAD}SV Voorbeeld,e-boekhouden,one\nOnbekend,e-boekhouden,two\nVV Proefstad,kasboek,three\n"
        f"SV Voorbeeld,e-boekhouden,four\nVV Proefstad,snelstart,five\nVV Proefstad,e-boekhouden,one\n"
        f"VV Proefstad,e-boekhouden,\nVV Proefstad,e-boekhouden\n"
    )
    found = problems(text)
    assert [line for line, _ in found] == [8, 9], "lines that can't be read come first"

    found = problems("\n".join(text.splitlines()[:-2]))
    assert [line for line, _ in found] == [3, 4, 5, 6, 7]
    told = dict(found)
    assert "no club Onbekend" in told[3]
    assert all(key in told[4] for key in ("e-boekhouden", "snelstart"))
    assert "stands in line 2 already" in told[5]
    assert "8-4-4-4-12" in told[6]
    assert "administration of line 2 already" in told[7]


def test_what_is_connected_already_is_told(desk):
    connect(desk)
    before = len(rows())
    with pytest.raises(BadList) as bad:
        take_over(f"{HEAD}SV Voorbeeld,e-boekhouden,other\nVV Proefstad,e-boekhouden,goed|123456\n")

    assert [error.line for error in bad.value.errors] == [2, 3]
    assert "connected already" in bad.value.errors[0].problem
    assert "another connection already" in bad.value.errors[1].problem
    assert len(rows()) == before


def test_the_same_list_again_is_refused_as_a_whole(desk):
    take_over(f"{HEAD}SV Voorbeeld,e-boekhouden,one\n")
    with pytest.raises(BadList):
        take_over(f"{HEAD}SV Voorbeeld,e-boekhouden,one\n")
    assert len(rows()) == 1


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "empty"),
        (b"\n \n", 1, "empty"),
        (HEAD.encode(), 1, "no connections"),
        (b"club,package\na,b\n", 1, "missing: identity"),
        (b"club,package,identity,vereniging\n", 1, "two columns"),
        (f"{HEAD}a,b,c".encode("utf-16"), 1, "UTF-16"),
        (b"club,package,identity\n\x81,b,c\n", 2, "neither"),
        (b'club,package,identity\n"a,b,c\n', 2, "not readable"),
        (b"club,package,identity\na\x00,b,c\n", 2, "can't be printed"),
    ],
)
def test_a_file_that_is_no_such_list_says_why(desk, data, line, words):
    ((told, problem),) = problems(data)
    assert (told, words in problem) == (line, True), problem


def test_a_value_over_two_lines_counts_from_its_first(desk):
    text = f'{HEAD}"SV\nVoorbeeld",e-boekhouden,one\nNobody,e-boekhouden,two\n'
    assert [line for line, _ in problems(text)] == [4]
    assert read_list(text.encode())[0].club == "SV Voorbeeld"


def test_a_dry_run_changes_nothing(desk):
    assert take_over(f"{HEAD}Nieuw,e-boekhouden,one\n", create_clubs=True, dry_run=True) == Imported(1, 1)
    assert rows() == []
    assert session().exec(select(func.count()).where(Club.name == "Nieuw")).one() == 0
    assert problems(f"{HEAD}Nieuw,e-boekhouden,one\n", dry_run=True)


def test_a_club_that_can_have_no_such_name_is_not_made(desk):
    ((line, _),) = problems(f"{HEAD}---,e-boekhouden,one\n", create_clubs=True)
    assert line == 2


def test_one_club_with_two_packages_is_made_once(desk):
    done = take_over(f"{HEAD}Nieuw,e-boekhouden,one\nnieuw,snelstart,{SNELSTART}\n", create_clubs=True)
    assert done == Imported(connections=2, new_clubs=1)


def test_somebody_who_connects_meanwhile_makes_it_no_half_import(desk, monkeypatch):
    take_over(f"{HEAD}VV Proefstad,e-boekhouden,two\n")
    monkeypatch.setattr("onboarding.usecases.importing.IN_FORCE", ())  # as if it was not there when we looked
    with pytest.raises(BadList) as bad:
        take_over(
            f"{HEAD}SV Voorbeeld,e-boekhouden,one\nSV Voorbeeld,snelstart,{SNELSTART}\nX,e-boekhouden,two\n",
            create_clubs=True,
        )

    assert "meanwhile" in bad.value.errors[0].problem
    assert len(rows()) == 1
    assert session().exec(select(func.count()).where(Club.name == "X")).one() == 0


@pytest.mark.timeout(60)
def test_ten_thousand_lines_take_seconds(desk):
    lines = "".join(f"Club {n},e-boekhouden,user{n}|{n}\n" for n in range(10_000))
    began = time.monotonic()
    assert take_over(HEAD + lines, create_clubs=True) == Imported(10_000, 10_000)
    assert time.monotonic() - began < 30, "a few seconds on a machine that does nothing else"
