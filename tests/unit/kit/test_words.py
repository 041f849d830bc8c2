"""Texts, errors, and what a connector knows of itself."""

from __future__ import annotations

import pytest

from connectors.kit import errors
from connectors.kit.connector import RunBudget
from connectors.kit.errors import Owner, ProviderError
from connectors.kit.text import Text
from tests.connectors.everyone import every_connector

SAID = Text(nl="Hallo {name}", en="Hello {name}")
CLUB = {"InvalidCredentials", "ActionRequired", "MissingRight", "SetupMissing", "ConsentExpired", "MethodClosed"}
PROVIDER = {"RateLimited", "Unavailable"}
US = {"HostMisconfigured", "UnexpectedAnswer"}


def test_a_text_speaks_both_languages_and_dutch_when_in_doubt() -> None:
    assert (SAID.in_("nl"), SAID.in_("en"), SAID.in_("fr"), str(SAID)) == (SAID.nl, SAID.en, SAID.nl, SAID.nl)
    assert SAID.format(name="Ans") == Text(nl="Hallo Ans", en="Hello Ans")


def test_each_error_says_whose_turn_it_is() -> None:
    kinds = {kind.__name__: kind.blame for kind in ProviderError.__subclasses__() if kind.__module__ == errors.__name__}
    assert {name for name, blame in kinds.items() if blame is Owner.CLUB} == CLUB
    assert {name for name, blame in kinds.items() if blame is Owner.PROVIDER} == PROVIDER
    assert {name for name, blame in kinds.items() if blame is Owner.US} == US


@pytest.mark.parametrize("kind", [errors.InvalidCredentials, errors.Unavailable, errors.UnexpectedAnswer])
def test_an_error_as_text_is_its_name_alone(kind: type[ProviderError]) -> None:
    error = kind(SAID, detail="made-up-secret")
    assert str(error) == kind.__name__
    assert "made-up-secret" not in repr(error)


def test_a_check_is_found_by_its_key() -> None:
    connector = next(one for one in every_connector() if one.key == "kasboek")
    assert connector.check("books_can_be_read").title.nl == "De administratie is te lezen"
    assert connector.look_over({}) == ()
    assert connector.budget == RunBudget()
    with pytest.raises(KeyError):
        connector.check("nothing")
    with pytest.raises(KeyError):
        connector.sandbox().club("nobody")
    assert connector.sandbox().club("goed").name == "goed"
