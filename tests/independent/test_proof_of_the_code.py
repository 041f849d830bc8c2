"""PKCE, which no package documents yet: declared with one flag, it holds against a server that checks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from flask import Flask

import connectors
from connectors.kit.errors import ProviderError
from connectors.kit.handed_in import credentials
from connectors.kit.http import Http, open_client
from connectors.kit.oauth import Client, consent_address, declared, exchange
from onboarding.oauth.states import challenge_of, new_value, verifier_of
from tests.independent.issuer import Issuer
from tests.independent.remembered import CLIENT_ID, CLIENT_SECRET

BACK = "https://host.example/terug"


def test_a_code_is_good_with_the_verifier_of_its_question_alone(issuer: Issuer, in_app: Flask) -> None:
    connector = connectors.get(issuer.key)
    oauth = replace(declared(connector), pkce=True)
    assert connector.host is not None
    raw = {spec.key: "" for spec in connector.host.fields()} | {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    host = credentials(connector.host, raw)[0]
    assert isinstance(host, Client)
    issuer.client.redirects.add(BACK)

    def code(verifier: str) -> str:
        address = consent_address(
            replace(connector, oauth=oauth), host, redirect_uri=BACK, state="made-up", nonce=new_value(),
            challenge=challenge_of(verifier), at=issuer.at,
        )  # fmt: skip
        answer = httpx.post(address, data={"yes": "1"}, trust_env=False)
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]

    with open_client() as client:
        http = Http(connector.name, connector.hosts, client=client, at=issuer.at)
        ours, other = verifier_of("made-up-state"), verifier_of("made-up-other")
        for wrong in ("", other):
            with pytest.raises(ProviderError):
                exchange(oauth, host, http, code=code(ours), redirect_uri=BACK, at=datetime.now(UTC), verifier=wrong)
        good = exchange(oauth, host, http, code=code(ours), redirect_uri=BACK, at=datetime.now(UTC), verifier=ours)

    assert [pair.token["access_token"] for pair in issuer.pairs] == [good.tokens.access_token]
