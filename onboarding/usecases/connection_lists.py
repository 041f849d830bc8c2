"""Reads a list of connections that were made elsewhere: CSV with club, package and identity, as offices save it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from onboarding.accounts.names import tidy_name

COLUMNS = {
    "club": "club", "vereniging": "club", "package": "package", "pakket": "package", "boekhoudpakket": "package",
    "identity": "identity", "administratie": "identity", "identiteit": "identity",
}  # fmt: skip
"""The three columns by the names that they may have."""
NEEDED = ("club", "package", "identity")
DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with one line of a file; lines count from 1, the names of the columns included."""

    line: int
    problem: str


class BadList(Exception):
    """A list that can't be taken over; nothing of it was."""

    def __init__(self, errors: tuple[LineError, ...]) -> None:
        super().__init__(f"{len(errors)} lines are wrong")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class ListedConnection:
    """One line: the club and the package as they are written, the identity without white space around it."""

    line: int
    club: str
    package: str
    identity: str


def read_list(data: bytes) -> tuple[ListedConnection, ...]:
    """The lines of a file in UTF-8 (with a mark or without) or Windows-1252, with commas, semicolons or tabs.

    Raises ``BadList`` with every line that can't be read.
    """
    text = _decoded(data)
    table = _records(text, _delimiter(text))
    first = next(table, None)
    if first is None:
        raise BadList((LineError(1, "the file is empty"),))
    places = _places(*first)
    rows, errors = [], []
    for line, cells in table:
        match _row(line, cells, places, len(first[1])):
            case LineError() as error:
                errors.append(error)
            case ListedConnection() as row:
                rows.append(row)
    if not rows and not errors:
        errors.append(LineError(first[0], "no connections below the names of the columns"))
    if errors:
        raise BadList(tuple(errors))
    return tuple(rows)


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadList((LineError(1, "this file is UTF-16; save it as CSV in UTF-8"),))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        problem = "neither UTF-8 nor Windows-1252; save the file as CSV in UTF-8"
        raise BadList((LineError(line, problem),)) from None


def _delimiter(text: str) -> str:
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=head.count)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold something, with their number; a value in quotes may go on over several."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            raise BadList((LineError(max(reader.line_num, 1), f"not readable as CSV: {wrong}"),)) from None
        line, before = before + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            yield line, cells


def _places(line: int, cells: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = COLUMNS.get(cell.strip().casefold())
        if name in found:
            raise BadList((LineError(line, f"two columns are called {name}"),))
        if name is not None:
            found[name] = place
    missing = [name for name in NEEDED if name not in found]
    if missing:
        problem = f"the first line names the columns club, package and identity; missing: {', '.join(missing)}"
        raise BadList((LineError(line, problem),))
    return found


def _row(line: int, cells: list[str], places: dict[str, int], width: int) -> ListedConnection | LineError:
    if len(cells) != width:
        return LineError(line, f"{len(cells)} values where the first line has {width}")
    values = {name: tidy_name(cells[place]) for name, place in places.items()}
    empty = [name for name in NEEDED if not values[name]]
    if empty:
        return LineError(line, f"nothing is filled in for {' and '.join(empty)}")
    if not all(value.isprintable() for value in values.values()):
        return LineError(line, "holds characters that can't be printed")
    return ListedConnection(line, **values)
