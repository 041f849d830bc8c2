"""A question that is asked once in a session."""

from __future__ import annotations

import pytest

from connectors.kit.errors import Unavailable
from connectors.kit.once import Once
from connectors.kit.text import Text


def test_is_asked_at_the_first_call_alone() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    once = Once(ask)
    assert not asked
    assert (once(), once()) == (1, 1)


def test_what_the_package_refused_stays_refused() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        raise Unavailable(Text(nl="Weg", en="Gone"))

    once = Once(ask)
    for _ in range(2):
        with pytest.raises(Unavailable):
            once()
    assert len(asked) == 1


def test_a_fault_of_ours_is_not_remembered() -> None:
    answers = iter([ValueError(), 7])

    def ask() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    once = Once(ask)
    with pytest.raises(ValueError, match=r"^$"):
        once()
    assert once() == 7
