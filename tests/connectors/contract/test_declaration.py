"""What every package declares holds together."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from connectors.kit.connector import Connector
from connectors.kit.credentials import read_form
from connectors.kit.description import describe
from connectors.kit.outcomes import Outcome
from tests.connectors.everyone import every_connector, login_of, texts_of, well_club

CONNECTORS = every_connector()
SECRET_NAMES = ("security_code", "token", "secret", "password", "api_key", "subscription_key", "connection_key")
pytestmark = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.key)


def test_keys_are_unique(connector: Connector) -> None:
    sandbox = connector.sandbox()
    for keys in (
        [spec.key for spec in connector.login.fields()],
        [check.key for check in connector.checks],
        [step.key for step in connector.guide.steps],
        [club.name for club in sandbox.clubs],
    ):
        assert keys
        assert len(keys) == len(set(keys))


def test_checks_need_only_earlier_ones(connector: Connector) -> None:
    earlier: set[str] = set()
    for check in connector.checks:
        assert set(check.needs) <= earlier
        earlier.add(check.key)
    assert connector.opens in earlier
    assert any(check.mandatory for check in connector.checks)


def test_steps_to_prepare_are_steps(connector: Connector) -> None:
    assert set(connector.guide.prepare) <= {step.key for step in connector.guide.steps}
    assert connector.guide.minutes > 0


def test_every_text_is_there_in_both_languages(connector: Connector) -> None:
    clubs = [text for club in connector.sandbox().clubs for text in texts_of(club)]
    fields = [text for spec in connector.login.fields() for text in (spec.label, spec.help)]
    for text in [*texts_of(connector), *fields, *clubs]:
        assert text.nl.strip(), text
        assert text.en.strip(), text


def test_hosts_are_names_and_each_has_its_emulator(connector: Connector) -> None:
    assert connector.hosts
    assert all(host == host.lower() and ":" not in host and "/" not in host for host in connector.hosts)
    assert set(connector.sandbox().handlers) == set(connector.hosts)


def test_what_sounds_secret_is_secret(connector: Connector) -> None:
    for spec in connector.login.fields():
        if spec.kind == "text" and any(name in spec.key for name in SECRET_NAMES):
            assert spec.secret, spec.key


def test_a_login_shows_no_secret(connector: Connector) -> None:
    login = login_of(connector, well_club(connector))
    shown = repr(login) + str(login) + login.model_dump_json()
    assert list(login.secrets())
    assert not any(secret in shown for secret in login.secrets())


def test_an_empty_form_names_each_required_field(connector: Connector) -> None:
    form = read_form(connector.login, {})
    assert set(form.errors) == {spec.key for spec in connector.login.fields() if spec.required}
    assert form.login is None


def test_pictures_are_drawings_and_nothing_else(connector: Connector) -> None:
    pictures = [step.picture for step in connector.guide.steps if step.picture]
    assert pictures
    for picture in pictures:
        root = etree.fromstring(picture)
        title = root.find("{*}title")
        assert etree.QName(root).localname == "svg"
        assert title is not None
        assert (title.text or "").strip()
        assert root.get("role") == "img"
        for element in root.iter(etree.Element):
            assert etree.QName(element).localname not in {"script", "foreignObject", "image", "style", "iframe", "a"}
            for name, value in element.attrib.items():
                assert not name.lower().startswith("on")
                assert "href" not in name.lower() or value.startswith("#")
                assert "url(" not in value.replace("url(#", "")


def test_clubs_cover_what_can_happen(connector: Connector) -> None:
    sandbox = connector.sandbox()
    keys = {check.key for check in connector.checks}
    fields = {spec.key for spec in connector.login.fields()}
    for club in sandbox.clubs:
        assert set(club.expected) == keys, club.name
        assert set(club.input) <= fields, club.name
    outcomes = {outcome for club in sandbox.clubs for outcome in club.expected.values()}
    assert {Outcome.PASSED, Outcome.FAILED, Outcome.UNTESTED} <= outcomes
    assert any(club.featured for club in sandbox.clubs)


def test_a_description_is_json(connector: Connector) -> None:
    described = json.loads(json.dumps(describe(connector, sandbox_keys=True)))
    assert described["key"] == connector.key
    assert [field["key"] for field in described["fields"]] == [spec.key for spec in connector.login.fields()]
    assert {"name", "hosts", "auth", "guide", "checks", "clubs", "host_input"} <= set(described)


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_looking_over_a_form_never_breaks(connector: Connector, data: st.DataObject) -> None:
    keys = [spec.key for spec in connector.login.fields()]
    values = data.draw(st.fixed_dictionaries(dict.fromkeys(keys, st.text(max_size=40))))
    for finding in connector.look_over(values):
        assert set(finding.fields) <= set(keys)
        assert finding.swap is None or set(finding.swap) <= set(keys)
