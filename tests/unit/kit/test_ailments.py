"""The switch that heals an emulator's clubs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from connectors.kit.ailments import Ailments


def asked(method: str, path: str) -> Request:
    return Request(EnvironBuilder(path, method=method).get_environ())


@pytest.fixture
def ailments() -> Ailments:
    return Ailments(["storing", "leeg"])


@pytest.fixture
def answer(ailments: Ailments) -> Callable[[Request], Response]:
    return ailments.behind(lambda request: Response("the package itself"))


def test_a_club_ails_until_it_is_healed(ailments: Ailments, answer: Callable[[Request], Response]) -> None:
    assert ailments.of("storing") == "storing"

    healed = answer(asked("POST", "/_sandbox/heal/storing"))
    assert healed.get_json() == {"healed": ["storing"]}
    assert (ailments.of("storing"), ailments.of("leeg")) == ("", "leeg")

    assert answer(asked("POST", "/_sandbox/break/storing")).get_json() == {"healed": []}
    assert ailments.of("storing") == "storing"


def test_tells_who_was_healed(ailments: Ailments, answer: Callable[[Request], Response]) -> None:
    ailments.heal("leeg")
    assert answer(asked("GET", "/_sandbox")).get_json() == {"healed": ["leeg"]}


def test_everything_else_is_the_packages_own(answer: Callable[[Request], Response]) -> None:
    assert answer(asked("GET", "/v1/books")).get_data(as_text=True) == "the package itself"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_sandbox/heal/storing"),
        ("POST", "/_sandbox/heal/nobody"),
        ("POST", "/_sandbox"),
        ("GET", "/_sandbox/x"),
    ],
)
def test_a_switch_that_is_none_is_not_there(method: str, path: str, answer: Callable[[Request], Response]) -> None:
    with pytest.raises(NotFound):
        answer(asked(method, path))
