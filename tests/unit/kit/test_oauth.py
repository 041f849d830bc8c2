"""OAuth 2 of the kit: addresses, exchange, refresh, and tokens that are never spent where they can not be kept."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey
from werkzeug.wrappers import Request, Response

from connectors.kit.authorization import as_text, handed_in
from connectors.kit.bearer import Bearing, Held, exchanged
from connectors.kit.credentials import Consent, Secret
from connectors.kit.errors import ConsentExpired, ProviderError, RateLimited, Unavailable, UnexpectedAnswer
from connectors.kit.handed_in import Misused
from connectors.kit.http import Answer, Http
from connectors.kit.identity_token import Expected, verified
from connectors.kit.oauth import (
    Client,
    ClientAuth,
    Endpoints,
    Grant,
    OAuth,
    StillYoung,
    exchange,
    mapped,
    refresh,
    revoke,
)
from connectors.kit.oauth_sandbox import Consents, Rules, Trouble, is_address
from connectors.kit.sandbox import serve
from connectors.kit.text import Text
from connectors.kit.tokens import Tokens, read_tokens
from connectors.kit.tokens_file import TokensFile

HOST = "api.kasboek.example"
SAID = Text(nl="Geef opnieuw toestemming.", en="Give consent again.")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BACK = "https://desk.example/oauth/kasboek/terug"
SECRET = "made-up-client-secret"
OWNER = Client(client_id="made-up-client", client_secret=Secret(SECRET), pasted_redirect_uri=None)
ENDPOINTS = Endpoints(
    authorize=f"https://{HOST}/authorize",
    token=f"https://{HOST}/token",
    revoke=f"https://{HOST}/revoke",
    issuer=f"https://{HOST}",
    keys=f"https://{HOST}/keys",
)


def refused(grant: Grant, answer: Answer, _: Http) -> ProviderError:
    if answer.status == 429:
        return RateLimited(SAID, retry_after=9)
    if b"early" in answer.body:
        return StillYoung(SAID)
    return ConsentExpired(SAID, detail=grant.value)


KASBOEK = OAuth(
    endpoints=lambda _: ENDPOINTS, client=ClientAuth.BASIC, code_lives=timedelta(minutes=3), refused=refused
)
PAIR = Tokens("made-up-access", "made-up-refresh", NOW - timedelta(hours=1), NOW - timedelta(seconds=1), "books")


class Issuer:
    """A token endpoint that remembers what it was asked, and answers what a test wants."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.answers: Callable[[Request], Response] = lambda _: said({"access_token": "made-up-new"})

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        request.get_data()
        self.asked.append(request)
        return self.answers(request)(environ, start_response)


def said(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def http(issuer: Issuer, http_to: Callable[..., Http]) -> Iterator[Http]:
    server = serve(issuer)
    yield http_to(server.url)
    server.shutdown()


def granted(http: Http, oauth: OAuth = KASBOEK) -> Tokens:
    return exchange(oauth, OWNER, http, code="made-up-code", redirect_uri=BACK, at=NOW).tokens


def replace_secret(secret: str) -> Client:
    return Client(client_id="made-up-client", client_secret=Secret(secret), pasted_redirect_uri=None)


class TestExchange:
    """A code becomes tokens, once."""

    def test_the_secret_goes_in_the_header_or_in_the_form_never_in_both(self, issuer: Issuer, http: Http) -> None:
        granted(http)
        granted(http, replace(KASBOEK, client=ClientAuth.FORM))

        by_header, by_form = issuer.asked
        pair = b64encode(f"made-up-client:{SECRET}".encode()).decode()
        assert by_header.headers["Authorization"] == f"Basic {pair}"
        assert dict(by_header.form) == {
            "grant_type": "authorization_code", "code": "made-up-code", "redirect_uri": BACK,
        }  # fmt: skip
        assert "Authorization" not in by_form.headers
        assert (by_form.form["client_id"], by_form.form["client_secret"]) == ("made-up-client", SECRET)

    @pytest.mark.parametrize(
        ("life", "expected"),
        [
            (600, 600),
            ("600", 600),
            (None, 3600),
            (True, 3600),
            ("soon", 3600),
            (-1, 3600),
            ("9" * 5000, 3600),
            (10**12, 3600),
            ({"s": 1}, 3600),
        ],
    )
    def test_a_life_is_a_number_a_text_or_not_said(
        self, life: object, expected: int, issuer: Issuer, http: Http
    ) -> None:
        issuer.answers = lambda _: said({"access_token": "made-up-new", "expires_in": life})
        assert granted(http).expires_at == NOW + timedelta(seconds=expected)

    def test_a_scope_may_be_a_list(self, issuer: Issuer, http: Http) -> None:
        issuer.answers = lambda _: said({"access_token": "made-up-new", "scope": ["a", "b"]})
        assert granted(http).scope == "a b"

    @pytest.mark.parametrize(
        ("scope", "expected"),
        [(["a", None, 7, "b\x00", "\ud800"], "a"), (" a  b ", "a b"), ("a \x00", "a"), ({"a": 1}, None), ("", "")],
    )
    def test_what_is_no_word_of_a_scope_is_left_out(
        self, scope: object, expected: str | None, issuer: Issuer, http: Http
    ) -> None:
        issuer.answers = lambda _: said({"access_token": "made-up-new", "scope": scope})
        assert granted(http).scope == expected

    def test_a_secret_that_reads_in_two_ways_is_shown_in_both_before_it_counts_as_wrong(
        self, issuer: Issuer, http: Http
    ) -> None:
        odd = replace_secret("made-up+%41")
        encoded = b64encode(b"made-up-client:made-up%2B%2541").decode()

        def answers(request: Request) -> Response:
            known = request.headers["Authorization"] == f"Basic {encoded}"
            return said({"access_token": "made-up-new"}) if known else said({"error": "invalid_client"}, 401)

        issuer.answers = answers
        exchange(KASBOEK, odd, http, code="made-up-code", redirect_uri=BACK, at=NOW)
        assert dict(issuer.asked[0].form) == dict(issuer.asked[1].form)
        assert "made-up%2B%2541" not in repr(http.take_exchanges())

        issuer.asked.clear()
        with pytest.raises(ConsentExpired):
            granted(http)
        assert len(issuer.asked) == 1, "a plain secret reads in one way"

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"error": "invalid_grant"}', b"<html>"])
    def test_any_other_refusal_is_not_asked_twice(self, body: bytes, issuer: Issuer, http: Http) -> None:
        issuer.answers = lambda _: Response(body, 400)
        with pytest.raises(ConsentExpired):
            exchange(KASBOEK, replace_secret("a+b"), http, code="made-up-code", redirect_uri=BACK, at=NOW)
        assert len(issuer.asked) == 1

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b'"text"', b"<html>", b'{"access_token": 7}', b'{"access_token": "a b"}', b"{" * 99_999]
    )
    def test_what_cannot_be_read_is_ours_and_in_doubt(self, body: bytes, issuer: Issuer, http: Http) -> None:
        issuer.answers = lambda _: Response(body, content_type="application/json")
        with pytest.raises(UnexpectedAnswer) as raised:
            granted(http)
        assert raised.value.in_doubt

    def test_a_refusal_is_read_by_the_package_also_with_status_200(self, issuer: Issuer, http: Http) -> None:
        for status in (400, 200):
            issuer.answers = lambda _, status=status: said({"error": "invalid_grant"}, status)
            with pytest.raises(ConsentExpired) as raised:
                granted(http)
            assert raised.value.detail == "authorization_code"
            assert not raised.value.in_doubt

    def test_an_outage_says_whether_it_may_have_been_done(self, issuer: Issuer, http: Http, http_to: Any) -> None:
        with pytest.raises(Unavailable) as never_sent:
            granted(http_to("http://127.0.0.1:9"))
        assert not never_sent.value.in_doubt
        for status, in_doubt in ((503, False), (502, True), (504, True)):
            issuer.answers = lambda _, status=status: Response("", status)
            with pytest.raises(Unavailable) as fallen:
                granted(http_to(http._at[HOST]))
            assert fallen.value.in_doubt is in_doubt

    def test_nothing_of_it_shows_up(self, issuer: Issuer, http: Http) -> None:
        issuer.answers = lambda _: said({"access_token": "made-up-new", "refresh_token": "made-up-next"})
        tokens = granted(http)

        shown = repr(tokens) + repr(http.take_exchanges())
        for secret in (*tokens.secrets(), "made-up-code", SECRET):
            assert secret not in shown


class TestRefresh:
    """A pair is renewed; what the answer leaves out stays."""

    def test_a_new_refresh_token_replaces_the_old_one(self, issuer: Issuer, http: Http) -> None:
        issuer.answers = lambda _: said({"access_token": "made-up-new", "refresh_token": "made-up-next"})
        new = refresh(KASBOEK, OWNER, http, PAIR, NOW)
        assert (new.access_token, new.refresh_token, new.scope) == ("made-up-new", "made-up-next", "books")
        assert issuer.asked[0].form["refresh_token"] == "made-up-refresh"

    def test_without_a_new_one_the_old_one_goes_on(self, http: Http) -> None:
        assert refresh(KASBOEK, OWNER, http, PAIR, NOW).refresh_token == "made-up-refresh"

    def test_due_by_the_margin_and_never_too_early(self) -> None:
        oauth = replace(KASBOEK, margin=timedelta(seconds=30), earliest=timedelta(seconds=570))
        young = Tokens("made-up", "made-up", NOW, NOW + timedelta(seconds=600))
        assert not oauth.is_due(young, NOW + timedelta(seconds=569))
        assert oauth.is_due(young, NOW + timedelta(seconds=570))
        assert not oauth.may_refresh(young, NOW + timedelta(seconds=569))
        assert oauth.may_refresh(young, NOW + timedelta(seconds=570))
        assert not oauth.is_due(replace(young, expires_at=None), NOW + timedelta(days=9))

    def test_what_has_run_out_is_never_too_young(self) -> None:
        oauth = replace(KASBOEK, earliest=timedelta(seconds=570))
        short = Tokens("made-up", "made-up", NOW, NOW + timedelta(seconds=60))
        assert not oauth.may_refresh(short, NOW + timedelta(seconds=59))
        assert oauth.may_refresh(short, NOW + timedelta(seconds=60))
        assert oauth.not_before(replace(short, expires_at=None)) == NOW + timedelta(seconds=570)

    def test_revoking_says_whether_the_package_did(self, issuer: Issuer, http: Http) -> None:
        issuer.answers = lambda _: Response("")
        assert revoke(KASBOEK, OWNER, http, PAIR)
        assert dict(issuer.asked[0].form) == {"token": "made-up-refresh", "token_type_hint": "refresh_token"}
        nowhere = replace(KASBOEK, endpoints=lambda _: replace(ENDPOINTS, revoke=""))
        assert not revoke(nowhere, OWNER, http, PAIR)
        assert not revoke(KASBOEK, OWNER, http, replace(PAIR, refresh_token=None))


class TestBearers:
    """Tokens that came from outside."""

    def held(self, http: Http, keep: Callable[[Tokens], None] | None = None, pair: Tokens = PAIR) -> Held:
        return Held(KASBOEK, OWNER, http, pair, lambda: NOW, keep)

    def test_without_a_place_to_keep_them_nothing_is_spent(self, issuer: Issuer, http: Http) -> None:
        held = self.held(http)
        assert held.alive() is held.renewed(PAIR) is held.given() is PAIR
        assert not issuer.asked

    def test_a_new_pair_is_kept_before_it_is_used(self, issuer: Issuer, http: Http) -> None:
        kept: list[Tokens] = []
        held = self.held(http, kept.append)
        assert held.alive() is kept[0]
        assert held.given() is kept[0]
        assert held.renewed(PAIR) is kept[0], "refused was the old one: the new one is to be had already"
        assert len(issuer.asked) == 1

    def test_a_pair_that_cannot_be_kept_is_not_used(self, http: Http) -> None:
        def full(_: Tokens) -> None:
            raise IsADirectoryError

        with pytest.raises(IsADirectoryError):
            self.held(http, full).alive()

    def test_a_refused_refresh_is_not_sent_again(self, issuer: Issuer, http: Http) -> None:
        issuer.answers = lambda _: said({"error": "invalid_grant"}, 400)
        held = self.held(http, lambda _: None)
        for _ in range(3):
            with pytest.raises(ConsentExpired):
                held.alive()
        assert len(issuer.asked) == 1

    def test_too_young_to_be_refreshed_is_to_be_used_and_not_asked_again(self, issuer: Issuer, http: Http) -> None:
        issuer.answers = lambda _: said({"error": "early"}, 400)
        held = self.held(http, lambda _: None)
        for _ in range(3):
            assert held.alive() is PAIR
        assert len(issuer.asked) == 1

    def test_a_code_is_exchanged_once_whatever_comes_of_it(self, issuer: Issuer, http: Http) -> None:
        kept: list[Tokens] = []
        bearer = exchanged(KASBOEK, OWNER, http, "made-up-code", BACK, lambda: NOW, kept.append)
        assert bearer.given() is bearer.alive() is kept[0]
        assert bearer.renewed(PAIR) is kept[0]
        issuer.answers = lambda _: said({}, 400)
        wrong = exchanged(KASBOEK, OWNER, http, "made-up-code", BACK, lambda: NOW)
        for _ in range(2):
            with pytest.raises(ConsentExpired):
                wrong.given()
        assert len(issuer.asked) == 2

    def test_a_refused_access_token_is_renewed_once_in_a_session(self, issuer: Issuer, http: Http) -> None:
        http.bearer = self.held(http, lambda _: None, replace(PAIR, expires_at=None))
        bearing = Bearing(http, lambda: ConsentExpired(SAID))
        sent: list[str] = []

        def send(tokens: Tokens) -> Answer:
            sent.append(tokens.access_token)
            return Answer(401, {}, b"")

        bearing.call(send, lambda answer: answer.status == 401)
        bearing.call(send, lambda answer: answer.status == 401)
        assert sent == ["made-up-access", "made-up-new", "made-up-new"]
        assert len(issuer.asked) == 1

    def test_without_a_consent_it_says_what_is_missing(self, http: Http) -> None:
        with pytest.raises(ConsentExpired):
            Bearing(http, lambda: ConsentExpired(SAID)).given()


class TestHandedIn:
    """A consent from a file or a command line."""

    @pytest.mark.parametrize(
        "handed",
        [
            {"code": "made-up", "redirect_uri": BACK},
            {"access_token": "made-up"},
            {"access_token": "made-up", "refresh_token": None, "expires_at": "2026-11-24T12:00:00+00:00"},
        ],
    )
    def test_a_code_with_its_address_or_tokens(self, handed: object) -> None:
        text = as_text(handed)
        assert text is not None
        assert json.loads(text) == handed

    @pytest.mark.parametrize(
        "handed",
        [
            "made-up", 7, [], {}, {"code": "made-up"}, {"redirect_uri": BACK}, {"refresh_token": "made-up"},
            {"access_token": "made-up", "code": "made-up"}, {"access_token": 7}, {"access_token": "made-up", "x": "y"},
            {"access_token": "made-up", "expires_at": "tomorrow"}, {"access_token": "m", "expires_at": "2026-11-24"},
        ],
    )  # fmt: skip
    def test_anything_else_is_no_consent(self, handed: object) -> None:
        assert as_text(handed) is None

    def test_nothing_is_handed_in_without_keys_of_the_host(self, http: Http) -> None:
        class Login:
            authorization = Consent(PAIR.as_text())

        package: Any = type("Package", (), {"oauth": KASBOEK})()
        login: Any = Login()
        assert handed_in(package, login, None, http) is None
        bearer = handed_in(package, login, OWNER, http)
        assert bearer is not None
        assert bearer.given() == PAIR
        login.authorization = Consent("given")
        assert handed_in(package, login, OWNER, http) is None, "a mark is no consent"

    @pytest.mark.parametrize("text", ["[]", "{}", '{"access_token": ""}', '{"access_token": "m", "refresh_token": 7}'])
    def test_what_holds_no_tokens_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="no tokens"):
            read_tokens(text, NOW)

    def test_tokens_come_back_as_they_were(self) -> None:
        assert read_tokens(PAIR.as_text(), NOW) == PAIR


class TestTokensFile:
    """Where the command line keeps them."""

    def test_only_its_owner_can_read_it(self, tmp_path: Path) -> None:
        file = TokensFile(tmp_path / "tokens.json")
        assert file.read() is None
        file.keep(PAIR)
        file.keep(replace(PAIR, access_token="made-up-other"))
        assert (tmp_path / "tokens.json").stat().st_mode & 0o777 == 0o600
        read = file.read()
        assert read is not None
        assert read.access_token == "made-up-other"
        assert [path.name for path in tmp_path.iterdir()] == ["tokens.json"]

    def test_a_place_that_cannot_be_written_is_told_before_anything_is_spent(self, tmp_path: Path) -> None:
        with pytest.raises(Misused):
            TokensFile(tmp_path / "nowhere" / "tokens.json").read()
        with pytest.raises(Misused):
            TokensFile(tmp_path).read()

    def test_another_file_is_not_taken_for_tokens(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("made-up secret notes", encoding="utf-8")
        with pytest.raises(Misused) as misused:
            TokensFile(path).read()
        assert "secret" not in misused.value.messages[0].en


class TestIdentityToken:
    """Signed by the issuer, for us, now, and in answer to our question."""

    key = ECKey.generate_key("P-256", {"kid": "made-up"}, private=True)
    expected = Expected("made-up-client", lambda nonce: nonce == "made-up-nonce", ENDPOINTS)
    claims: dict[str, Any] = {
        "iss": ENDPOINTS.issuer, "aud": "made-up-client", "exp": int(NOW.timestamp()) + 60,
        "iat": int(NOW.timestamp()), "nonce": "made-up-nonce", "sub": "x",
    }  # fmt: skip

    def signed(self, **changes: object) -> str:
        claims = {key: value for key, value in {**self.claims, **changes}.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": "made-up"}, claims, self.key)

    def serve_keys(self, issuer: Issuer) -> None:
        issuer.answers = lambda _: said(KeySet([self.key]).as_dict(private=False))

    def test_a_good_one_gives_its_claims(self, issuer: Issuer, http: Http) -> None:
        self.serve_keys(issuer)
        assert verified(self.signed(), self.expected, http, NOW)["sub"] == "x"
        assert verified(self.signed(aud=["other", "made-up-client"]), self.expected, http, NOW)

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "https://evil.example"}, {"aud": "other"}, {"aud": None}, {"exp": int(NOW.timestamp()) - 301},
            {"exp": None}, {"exp": "soon"}, {"iat": int(NOW.timestamp()) + 301}, {"nonce": "other"}, {"nonce": None},
        ],
    )  # fmt: skip
    def test_one_that_says_something_else_is_refused(
        self, changes: dict[str, object], issuer: Issuer, http: Http
    ) -> None:
        self.serve_keys(issuer)
        with pytest.raises(UnexpectedAnswer):
            verified(self.signed(**changes), self.expected, http, NOW)

    def test_another_key_no_signature_or_a_shared_secret_proves_nothing(self, issuer: Issuer, http: Http) -> None:
        self.serve_keys(issuer)
        other = ECKey.generate_key("P-256", {"kid": "made-up"}, private=True)
        by_other = jwt.encode({"alg": "ES256", "kid": "made-up"}, self.claims, other)
        public = OctKey.import_key(json.dumps(self.key.as_dict(private=False)))
        by_secret = jwt.encode({"alg": "HS256", "kid": "made-up"}, self.claims, public)
        unsigned = ".".join([*b64_parts({"alg": "none"}, self.claims), ""])
        for forged in (by_other, by_secret, unsigned, "", "a.b.c", self.signed()[:-6]):
            with pytest.raises(UnexpectedAnswer):
                verified(forged, self.expected, http, NOW)

    def test_keys_that_cannot_be_read_or_fetched_say_nothing_of_a_token(self, issuer: Issuer, http: Http) -> None:
        for body in (b"", b"[]", b'{"keys": 7}', b'{"keys": []}', b"<html>", b"{" * 99_999):
            issuer.answers = lambda _, body=body: Response(body)
            with pytest.raises(Unavailable):
                verified(self.signed(), self.expected, http, NOW)
        for status in (301, 403, 404, 429, 500, 503):
            issuer.answers = lambda _, status=status: Response("", status)
            with pytest.raises(Unavailable):
                verified(self.signed(), self.expected, http, NOW)

    def test_a_stand_in_may_give_its_own_name_where_hosts_are_mapped(self, issuer: Issuer, http: Http) -> None:
        self.serve_keys(issuer)
        elsewhere = replace(self.expected, at={HOST: "http://127.0.0.1:9/books"})
        assert verified(self.signed(iss="http://127.0.0.1:9/books"), elsewhere, http, NOW)
        assert verified(self.signed(), elsewhere, http, NOW)
        for expected, name in ((self.expected, "http://127.0.0.1:9/books"), (elsewhere, "http://127.0.0.1:9")):
            with pytest.raises(UnexpectedAnswer):
                verified(self.signed(iss=name), expected, http, NOW)

    def test_other_keys_in_the_set_are_passed_over(self, issuer: Issuer, http: Http) -> None:
        good = self.key.as_dict(private=False)
        odd: list[object] = [{"kty": "AKP"}, {"kty": "EC", "crv": "odd", "x": "A", "y": "A"}, 7, None, {"kty": "RSA"}]
        issuer.answers = lambda _: said({"keys": [*odd, {**good, "kid": "other", "use": "enc"}, good]})
        assert verified(self.signed(), self.expected, http, NOW)
        issuer.answers = lambda _: said({"keys": [*odd, {**good, "use": "enc"}]})
        with pytest.raises(Unavailable):
            verified(self.signed(), self.expected, http, NOW)


def b64_parts(*parts: object) -> list[str]:
    return [b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]


class TestEmulatedConsent:
    """The emulators' memory is as strict as a package."""

    rules = Rules("made-up-client", SECRET, ClientAuth.BASIC, code_lives=180, access_lives=600)

    def consents(self, **rules: Any) -> tuple[Consents, list[float]]:
        at = [1000.0]
        return Consents("kasboek", ["goed"], replace(self.rules, **rules), clock=lambda: at[0]), at

    def test_a_code_is_good_once_for_its_address_and_for_a_while(self) -> None:
        consents, at = self.consents()
        code = consents.code_for("goed", BACK, nonce="n")
        redeemed = consents.redeem(code, BACK)
        assert not isinstance(redeemed, Trouble)
        assert (redeemed.club, redeemed.nonce) == ("goed", "n")
        assert consents.redeem(code, BACK) is Trouble.USED
        assert consents.redeem("made-up", BACK) is Trouble.UNKNOWN
        assert consents.redeem(consents.code_for("goed", BACK), f"{BACK}/") is Trouble.OTHER_ADDRESS
        late = consents.code_for("goed", BACK)
        at[0] += 181
        assert consents.redeem(late, BACK) is Trouble.OLD

    def test_a_refresh_token_is_good_once_and_not_too_early(self) -> None:
        consents, at = self.consents()
        pair = consents.pair_for("goed")
        assert consents.renew(pair.refresh, earliest=570) is Trouble.EARLY
        at[0] += 570
        new = consents.renew(pair.refresh, earliest=570)
        assert not isinstance(new, Trouble)
        assert consents.renew(pair.refresh) is Trouble.USED
        assert consents.renew("made-up") is Trouble.UNKNOWN
        assert consents.received[pair.refresh] == 3
        at[0] += 31
        assert consents.alive(pair.access) is None
        assert consents.alive(new.access) is not None

    def test_one_that_does_not_rotate_stays_good_until_revoked(self) -> None:
        consents, _ = self.consents(rotates=False)
        pair = consents.pair_for("goed")
        new = consents.renew(pair.refresh)
        assert not isinstance(new, Trouble)
        assert new.refresh == pair.refresh
        consents.revoke(pair.refresh)
        assert consents.renew(pair.refresh) is Trouble.USED

    def test_redirect_addresses_are_https_or_this_machine(self) -> None:
        assert is_address(BACK)
        assert is_address("http://localhost:5000/oauth/x/terug")
        for wrong in ("http://desk.example/", "ftp://localhost/", "", f"{BACK}#part", "https:///"):
            assert not is_address(wrong)


def test_the_browser_follows_the_map_of_hosts() -> None:
    there = mapped(ENDPOINTS.authorize, {HOST: "http://127.0.0.1:8900/api.kasboek.example"})
    assert there == "http://127.0.0.1:8900/api.kasboek.example/authorize"
    assert mapped(ENDPOINTS.authorize, {}) == ENDPOINTS.authorize
