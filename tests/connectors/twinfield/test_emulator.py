"""The emulator is as strict as the provider: what it refuses, and what it remembers."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from lxml import etree
from werkzeug.test import Client

from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.sandbox import emulators
from connectors.twinfield import CONNECTOR
from connectors.twinfield.cluster import CLUSTER_HOSTS, LOGIN_HOST, NAMESPACE
from connectors.twinfield.consent import SCOPE
from connectors.twinfield.made_up import (
    CLIENT_ID,
    CLIENT_SECRET,
    CODE_GOOD,
    CONSENTING,
    KEY,
    REFRESH_WITHDRAWN,
    organisation_of,
    password_of,
)
from tests.connectors.twinfield.package import BACK, ENVELOPE, Package, told_back

BASE = "/auth/authentication"
BASIC = {"Authorization": "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()}


def post(package: Package, operation: str, body: str, *, host: str = LOGIN_HOST, to: str = "session", header: str = "",
         action: str | None = None, kind: str = "text/xml; charset=utf-8") -> httpx.Response:  # fmt: skip
    """A SOAP call made by hand."""
    header = f'<s:Header><Header xmlns="{NAMESPACE}">{header}</Header></s:Header>' if header else ""
    said = f'<s:Envelope xmlns:s="{ENVELOPE}">{header}<s:Body>{body}</s:Body></s:Envelope>'
    headers = {"SOAPAction": action or f"{NAMESPACE}{operation}", "Content-Type": kind}
    return package.direct.post(f"{package.url}/{host}/webservices/{to}.asmx", content=said.encode(), headers=headers)


def logs_on(
    package: Package, user: str = "nieuw", password: str = "made-up-nieuw", environment: str = "TWF-SPORT"
) -> Any:
    body = f"<user>{user}</user><password>{password}</password><organisation>{environment}</organisation>"
    return etree.fromstring(post(package, "Logon", f'<Logon xmlns="{NAMESPACE}">{body}</Logon>').content)


def text(root: Any, name: str) -> str:
    return next((element.text or "" for element in root.iter(f"{{{NAMESPACE}}}{name}", name)), "")


def asks(package: Package, inside: str, header: str, host: str = CLUSTER_HOSTS[0]) -> Any:
    escaped = inside.replace("&", "&amp;").replace("<", "&lt;")
    body = f'<ProcessXmlString xmlns="{NAMESPACE}"><xmlRequest>{escaped}</xmlRequest></ProcessXmlString>'
    answer = post(package, "ProcessXmlString", body, host=host, to="processxml", header=header)
    return etree.fromstring(answer.content)


def session(package: Package, user: str = "nieuw") -> str:
    opened = text(logs_on(package, user, password_of(user), organisation_of(user)), "SessionID")
    assert opened
    return f"<SessionID>{opened}</SessionID>"


def by_token(club: str = "toestemming", company: str = "001") -> str:
    return f"<AccessToken>{made_up_access(KEY, club)}</AccessToken><CompanyCode>{company}</CompanyCode>"


class TestLogon:
    """With a password."""

    def test_user_password_and_environment_have_to_be_right(self, package: Package) -> None:
        assert text(logs_on(package), "LogonResult") == "Ok"
        for wrong in ({"user": "niemand"}, {"password": "made-up-Nieuw"}, {"environment": "TWF-ANDERS"}):
            assert text(logs_on(package, **wrong), "LogonResult") == "Invalid"

    def test_names_are_the_same_in_any_case(self, package: Package) -> None:
        assert text(logs_on(package, user="NIEUW", environment="twf-sport"), "LogonResult") == "Ok"

    def test_the_cluster_is_told_as_its_caller_finds_it(self, package: Package) -> None:
        assert text(logs_on(package), "cluster") == f"{package.url}/{CLUSTER_HOSTS[0]}"

    def test_another_action_namespace_or_media_type_is_refused(self, package: Package) -> None:
        body = f'<Logon xmlns="{NAMESPACE}"><user>nieuw</user></Logon>'
        assert post(package, "Logon", body, action="http://www.twinfield.com/Login").status_code == 500
        assert post(package, "Logon", body, kind="application/soap+xml").status_code == 415
        assert post(package, "Logon", body.replace("twinfield.com/", "twinfield.com")).status_code == 500
        assert post(package, "Logon", body.replace("user>", "gebruiker>")).status_code == 500

    def test_what_is_called_at_a_cluster_is_not_known_here(self, package: Package) -> None:
        assert post(package, "GetRole", f'<GetRole xmlns="{NAMESPACE}"/>').status_code == 500

    @pytest.mark.parametrize("host", CONNECTOR.hosts)
    def test_each_host_describes_itself(self, host: str, package: Package) -> None:
        described = package.direct.get(f"{package.url}/{host}/webservices/session.asmx?WSDL").text
        assert f"{package.url}/{host}/webservices/session.asmx" in described


class TestSession:
    """At the cluster."""

    OFFICES = "<list><type>offices</type></list>"

    @pytest.mark.parametrize("header", ["", "<SessionID>made-up</SessionID>"])
    def test_without_a_session_there_is_nothing_to_see(self, header: str, package: Package) -> None:
        assert text(asks(package, self.OFFICES, header), "code") == "103"

    def test_a_session_belongs_to_its_own_cluster(self, package: Package) -> None:
        assert text(asks(package, self.OFFICES, session(package), CLUSTER_HOSTS[1]), "code") == "108"

    def test_a_session_is_gone_once_it_is_abandoned(self, package: Package) -> None:
        header = session(package)
        post(package, "Abandon", f'<Abandon xmlns="{NAMESPACE}"/>', host=CLUSTER_HOSTS[0], header=header)
        assert text(asks(package, self.OFFICES, header), "code") == "103"

    def test_of_dubbel_there_is_one_at_a_time(self, package: Package) -> None:
        first, second = session(package, "dubbel"), session(package, "dubbel")
        assert text(asks(package, self.OFFICES, first), "code") == "168"
        assert "offices" in text(asks(package, self.OFFICES, second), "ProcessXmlStringResult")

    def test_the_finder_needs_an_administration(self, package: Package) -> None:
        body = (
            f'<Search xmlns="{NAMESPACE}"><type>VAT</type><pattern>*</pattern><field>0</field><firstRow>1</firstRow>'
            "<maxRows>5</maxRows></Search>"
        )
        answer = post(package, "Search", body, host=CLUSTER_HOSTS[0], to="finder", header=session(package))
        assert text(etree.fromstring(answer.content), "Code") == "NoAccessToOffice"

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ("<type>XXX</type>", "InvalidFinderType"),
            ("<type>DIM</type>", "OptionMandatory"),
            ("<type>VAT</type><field>7</field>", "ParameterOutOfRange"),
            ("<type>VAT</type><firstRow>0</firstRow>", "ParameterOutOfRange"),
            (
                "<type>VAT</type><options><ArrayOfString><string>x</string></ArrayOfString></options>",
                "OptionNotAllowed",
            ),
        ],
    )
    def test_the_finder_looks_at_what_it_is_asked(self, asked: str, code: str, package: Package) -> None:
        given = etree.fromstring(f"<Search>{asked}</Search>")
        usual = {"type": "", "pattern": "*", "field": "0", "firstRow": "1", "maxRows": "5", "options": ""}
        parts = []
        for name, value in usual.items():
            own = given.find(name)
            parts.append(f"<{name}>{value}</{name}>" if own is None else etree.tostring(own, encoding="unicode"))
        body = f'<Search xmlns="{NAMESPACE}">{"".join(parts)}</Search>'
        answer = post(package, "Search", body, host=CLUSTER_HOSTS[1], to="finder", header=by_token())
        assert text(etree.fromstring(answer.content), "Code") == code


class TestInside:
    """The XML inside of ProcessXmlString."""

    @pytest.mark.parametrize(
        "inside",
        [
            "geen xml", "<list> <type>offices</type></list>", "<list><type>offices</type><extra/></list>",
            "<list><type>browse</type></list>",
            "<list><type>dimensions</type><office>002</office><dimtype>BAS</dimtype></list>",
            "<list><type>dimensions</type><office>001</office><dimtype>XXX</dimtype></list>",
            "<read><type>dimensions</type><office>001</office><dimtype>PNL</dimtype><code>9999</code></read>",
        ],
    )  # fmt: skip
    def test_what_is_not_as_it_should_be_is_a_failure(self, inside: str, package: Package) -> None:
        answer = text(asks(package, inside, by_token(), CLUSTER_HOSTS[1]), "ProcessXmlStringResult")
        assert 'result="0"' in answer
        assert 'msgtype="error"' in answer

    def test_by_token_only_the_list_of_administrations_needs_no_company(self, package: Package) -> None:
        header = f"<AccessToken>{made_up_access(KEY, 'toestemming')}</AccessToken>"
        assert "offices" in text(asks(package, TestSession.OFFICES, header, CLUSTER_HOSTS[1]), "ProcessXmlStringResult")
        asked = "<list><type>dimensions</type><office>001</office><dimtype>BAS</dimtype></list>"
        assert text(asks(package, asked, header, CLUSTER_HOSTS[1]), "code") == "109"

    def test_a_company_id_is_taken_too(self, package: Package) -> None:
        nil = '<CompanyId xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'
        answer = asks(package, TestSession.OFFICES, by_token() + nil, CLUSTER_HOSTS[1])
        assert "offices" in text(answer, "ProcessXmlStringResult")

    @pytest.mark.parametrize(("club", "code"), [("ingetrokken", "354"), ("scope", "352"), ("f358", "358")])
    def test_what_ails_a_token(self, club: str, code: str, package: Package) -> None:
        assert text(asks(package, TestSession.OFFICES, by_token(club), CLUSTER_HOSTS[1]), "code") == code

    def test_a_bare_refusal_has_its_code_beside_the_status(self, package: Package) -> None:
        body = f'<GetRole xmlns="{NAMESPACE}"/>'
        answer = post(package, "GetRole", body, host=CLUSTER_HOSTS[1], header=by_token("reden354"))
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer.reason_phrase.startswith("354 : Access denied")


class TestConsent:
    """Asking, codes and tokens."""

    def token(self, package: Package, headers: dict[str, str] | None = None, **form: str) -> tuple[int, Any]:
        answer = package.direct.post(
            f"{package.url}/{LOGIN_HOST}{BASE}/connect/token", data=form, headers=BASIC if headers is None else headers
        )
        return answer.status_code, answer.json()

    def code_grant(self, package: Package, code: str, back: str = BACK) -> tuple[int, Any]:
        return self.token(package, grant_type="authorization_code", code=code, redirect_uri=back)

    def test_the_page_lists_the_clubs(self, package: Package) -> None:
        query = {"client_id": CLIENT_ID, "redirect_uri": BACK, "response_type": "code", "scope": SCOPE, "nonce": "n"}
        page = package.direct.get(f"{package.url}/{LOGIN_HOST}{BASE}/connect/authorize", params=query).text
        assert all(f'value="{club.name}"' in page for club in CONSENTING)
        assert 'value="fout"' not in page

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"nonce": None}, "invalid_request"),
            ({"response_type": "token"}, "invalid_request"),
            ({"extra": "x"}, "invalid_request"),
            ({"scope": "twf.user"}, "invalid_scope"),
            ({"scope": "openid twf.everything"}, "invalid_scope"),
            ({"club": ""}, "access_denied"),
            ({"club": "fout"}, "access_denied"),
        ],
    )
    def test_what_is_asked_wrongly_goes_back_without_a_code(
        self, changes: dict[str, Any], error: str, package: Package
    ) -> None:
        back = told_back(package.consents(**changes))
        assert back == {"error": error, "state": "made-up-state"}

    @pytest.mark.parametrize("changes", [{"client_id": "other"}, {"redirect_uri": "http://elders.example"}])
    def test_a_stranger_is_not_sent_anywhere(self, changes: dict[str, Any], package: Package) -> None:
        assert package.consents(**changes).status_code == 400

    def test_a_code_is_good_once_with_its_own_address(self, package: Package) -> None:
        code = package.code()
        status, body = self.code_grant(package, code)
        assert status == 200
        assert (body["expires_in"], body["token_type"]) == (3600, "Bearer")
        assert self.code_grant(package, code) == (400, {"error": "invalid_grant"})
        assert self.code_grant(package, package.code(), f"{BACK}/") == (400, {"error": "invalid_grant"})

    def test_a_code_lives_five_minutes(self, package: Package) -> None:
        code = package.code()
        consents = package.emulator.consents
        now = consents.clock()
        consents.clock = lambda: now + 301
        assert self.code_grant(package, code) == (400, {"error": "invalid_grant"})

    def test_an_access_token_lives_an_hour(self, package: Package) -> None:
        _, body = self.code_grant(package, package.code())
        consents = package.emulator.consents
        assert consents.alive(body["access_token"])
        now = consents.clock()
        consents.clock = lambda: now + 3601
        assert consents.alive(body["access_token"]) is None

    @pytest.mark.parametrize("code", ["code-oud", "code-gebruikt", "code-verzonnen"])
    def test_codes_that_are_known_to_bring_nothing(self, code: str, package: Package) -> None:
        assert self.code_grant(package, code) == (400, {"error": "invalid_grant"})

    def test_one_that_is_known_to_be_good_is_good_once(self, package: Package) -> None:
        assert self.code_grant(package, CODE_GOOD)[0] == 200
        assert self.code_grant(package, CODE_GOOD) == (400, {"error": "invalid_grant"})

    def test_a_refresh_brings_a_new_access_token(self, package: Package) -> None:
        renewing = made_up_refresh(KEY, "toestemming")
        status, body = self.token(package, grant_type="refresh_token", refresh_token=renewing)
        assert (status, body["refresh_token"]) == (200, renewing)
        assert body["access_token"] != made_up_access(KEY, "toestemming")
        refused = self.token(package, grant_type="refresh_token", refresh_token=REFRESH_WITHDRAWN)
        assert refused == (400, {"error": "invalid_grant"})

    def test_without_offline_access_there_is_no_refresh_token(self, package: Package) -> None:
        _, body = self.code_grant(package, package.code(scope="openid twf.organisation"))
        assert "refresh_token" not in body

    def test_the_client_shows_itself_in_the_header_and_nowhere_else(self, package: Package) -> None:
        form = {"grant_type": "authorization_code", "code": CODE_GOOD, "redirect_uri": BACK}
        in_form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        refused = (400, {"error": "invalid_client"})
        assert self.token(package, {}, **form, **in_form) == refused
        assert self.token(package, BASIC, **form, **in_form) == refused
        assert self.token(package, {"Authorization": "Basic bWFkZTp1cA=="}, **form) == refused

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"grant_type": "authorization_code", "code": CODE_GOOD}, "invalid_request"),
            ({"grant_type": "refresh_token", "refresh_token": "x", "scope": "openid"}, "invalid_request"),
            ({}, "invalid_request"),
        ],
    )
    def test_a_form_has_what_it_needs_and_no_more(self, form: dict[str, str], error: str, package: Package) -> None:
        assert self.token(package, **form) == (400, {"error": error})

    def test_a_token_call_is_a_form(self, package: Package) -> None:
        address = f"{package.url}/{LOGIN_HOST}{BASE}/connect/token"
        said = json.dumps({"grant_type": "refresh_token"})
        assert package.direct.post(address, content=said, headers=BASIC).json() == {"error": "invalid_request"}
        assert package.direct.get(address).status_code == 405

    def test_a_token_is_looked_up_with_our_keys_or_without(self, package: Package) -> None:
        address = f"{package.url}/{LOGIN_HOST}{BASE}/connect/accesstokenvalidation"
        known = {"token": made_up_access(KEY, "goed")}
        for headers in (BASIC, {}):
            body = package.direct.get(address, params=known, headers=headers).json()
            assert (body["twf.organisationCode"], body["twf.organisationUserCode"]) == ("TWF-SPORT", "GOED")
            assert body["twf.clusterUrl"] == f"{package.url}/{CLUSTER_HOSTS[1]}"
        assert package.direct.get(address, params=known, headers={"Authorization": "Basic eA=="}).status_code == 401
        unknown = package.direct.get(address, params={"token": "made-up"})
        assert (unknown.status_code, unknown.json()) == (400, {"Message": "invalid_token"})

    def test_its_keys_are_served_without_their_private_half(self, package: Package) -> None:
        (key,) = package.direct.get(f"{package.url}/{LOGIN_HOST}{BASE}/.well-known/jwks").json()["keys"]
        assert key["kty"] == "RSA"
        assert not set(key) & {"d", "p", "q", "dp", "dq", "qi"}


@pytest.mark.parametrize("host", CONNECTOR.hosts)
def test_a_club_is_healed_at_any_host(host: str) -> None:
    client = Client(emulators([CONNECTOR]))
    assert client.post(f"/{host}/_sandbox/heal/fout").status_code == 200
    assert client.get(f"/{host}/_sandbox").get_json() == {"healed": ["fout"]}
    assert client.get(f"/{host}/elders").status_code == 404
