"""An authorization server that we did not write: Authlib's, put together as its own documentation does it.

It stands at any address under any path. Behind it our emulator answers calls of the interface: a token that Authlib
gave out and still honours is exchanged for that of a made-up club, any other one gets there as it is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, request
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

import connectors
from connectors.kit.connector import Connector
from connectors.kit.oauth import ClientAuth, declared
from connectors.kit.oauth_sandbox import made_up_access
from connectors.kit.sandbox import emulators
from tests.independent.remembered import GivenCode, GivenPair, Registered

PREFIX = "/stand-in/of"
MADE_UP_CLUBS = {"exact-online": "goed", "visma-eaccounting": "goed", "twinfield": "toestemming"}
WAYS = {ClientAuth.BASIC: "client_secret_basic", ClientAuth.FORM: "client_secret_post"}
KEY = RSAKey.generate_key(2048, {"kid": "made-up-key-elsewhere", "use": "sig"}, private=True)


class Issuer:
    """One such server for one package, with what it gave out and what it was asked."""

    def __init__(self, connector: Connector, app: Flask, address: str) -> None:
        oauth = declared(connector)
        self.key, self.at = connector.key, {host: f"{address}{PREFIX}/{host}" for host in connector.hosts}
        self.scope = oauth.scope
        self.client = Registered(WAYS[oauth.client], set(), oauth.scope)
        self.codes: dict[str, GivenCode] = {}
        self.pairs: list[GivenPair] = []
        self.asked: list[str] = []
        self.shape: Callable[[dict[str, Any]], object] = lambda body: body
        """What becomes of an answer with tokens on its way: members that Authlib sends otherwise, or not at all."""
        self.claims: dict[str, Any] = {}
        self.rotates, self.with_refresh, self.expires_in = True, True, 3600
        self.keys: list[dict[str, Any]] = [KEY.as_dict(private=False)]
        self.endpoints = oauth.endpoints(_owner(connector))
        self.own_name = mapped_to(self.at, self.endpoints.issuer) if self.endpoints.issuer else f"{address}{PREFIX}"
        self.app = app
        self.server = _server(self)
        _serve(self)
        _serve_interface(self, connector)

    def alive(self) -> list[GivenPair]:
        """The pairs that it still honours."""
        return [pair for pair in self.pairs if not pair.revoked and not pair.is_expired()]

    def withdraw(self) -> None:
        """Whoever gave consent takes it back there."""
        for pair in self.pairs:
            pair.revoked = True

    def refreshes(self) -> int:
        return self.asked.count("refresh_token")


def _owner(connector: Connector) -> Any:
    from connectors.kit.handed_in import credentials

    assert connector.host is not None
    raw = {spec.key: "" for spec in connector.host.fields()} | {"client_id": "x", "client_secret": "made-up-secret"}
    return credentials(connector.host, raw)[0]


def mapped_to(at: dict[str, str], address: str) -> str:
    """Where an address of the package stands here."""
    parts = urlsplit(address)
    return at[parts.hostname or ""] + parts.path


def _code_grant(issuer: Issuer) -> type[grants.AuthorizationCodeGrant]:
    class Codes(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = [issuer.client.way]

        def save_authorization_code(self, code: str, request: Any) -> None:
            issuer.codes[code] = GivenCode(code, dict(request.payload.data.items()))

        def query_authorization_code(self, code: str, client: Registered) -> GivenCode | None:
            return issuer.codes.get(code)

        def delete_authorization_code(self, authorization_code: GivenCode) -> None:
            del issuer.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: GivenCode) -> str:
            return "made-up-person"

    return Codes


def _refresh_grant(issuer: Issuer) -> type[grants.RefreshTokenGrant]:
    class Renewals(grants.RefreshTokenGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = [issuer.client.way]

        @property
        def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:  # type: ignore[override]  # noqa: N802
            return issuer.rotates

        def authenticate_refresh_token(self, refresh_token: str) -> GivenPair | None:
            found = [pair for pair in issuer.pairs if pair.token.get("refresh_token") == refresh_token]
            return found[0] if found and not found[0].revoked else None

        def authenticate_user(self, refresh_token: GivenPair) -> str:
            return "made-up-person"

        def revoke_old_credential(self, refresh_token: GivenPair) -> None:
            refresh_token.revoked = issuer.rotates

    return Renewals


def _revocation(issuer: Issuer) -> type[RevocationEndpoint]:
    class Revocation(RevocationEndpoint):
        CLIENT_AUTH_METHODS = [issuer.client.way]

        def query_token(self, token_string: str, token_type_hint: str) -> GivenPair | None:
            return next((pair for pair in issuer.pairs if pair.token.get("refresh_token") == token_string), None)

        def revoke_token(self, token: GivenPair, request: Any) -> None:
            token.revoked = True

    return Revocation


class _Identity(OpenIDCode):  # type: ignore[misc]
    def __init__(self, issuer: Issuer) -> None:
        super().__init__(require_nonce=True)
        self._issuer = issuer

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return any(code.get_nonce() == nonce for code in self._issuer.codes.values())

    def resolve_client_private_key(self, client: Registered) -> RSAKey:
        return KEY

    def get_encode_header(self, client: Registered) -> dict[str, str]:
        return {"alg": "RS256", "kid": str(KEY.kid)}

    def get_client_claims(self, client: Registered) -> dict[str, Any]:
        return {"iss": self._issuer.own_name, "aud": [client.client_id], **self._issuer.claims}

    def generate_user_info(self, user: str, scope: str) -> UserInfo:
        return UserInfo(sub=user)


class _Named(IssuerParameter):  # type: ignore[misc]
    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    def get_issuer(self) -> str:
        return self._issuer.own_name


def _server(issuer: Issuer) -> AuthorizationServer:
    app = issuer.app

    def save(token: dict[str, Any], _: Any) -> None:
        issuer.pairs.append(GivenPair(dict(token)))

    def ask(client_id: str) -> Registered | None:
        return issuer.client if client_id == issuer.client.client_id else None

    def generated(**asked: Any) -> dict[str, Any]:
        made = standard(**asked | {"expires_in": issuer.expires_in})
        if not issuer.with_refresh:
            made.pop("refresh_token", None)
        return made

    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    server = AuthorizationServer(app, query_client=ask, save_token=save)
    standard = server.create_bearer_token_generator(app.config)
    server.register_token_generator("default", generated)
    extensions: list[Any] = [CodeChallenge(required=False)]
    if issuer.endpoints.keys:
        extensions.append(_Identity(issuer))
    server.register_grant(_code_grant(issuer), extensions)
    server.register_grant(_refresh_grant(issuer))
    server.register_endpoint(_revocation(issuer))
    server.register_extension(_Named(issuer))
    return server


def _serve(issuer: Issuer) -> None:
    app, server, places = issuer.app, issuer.server, issuer.endpoints

    def place(address: str) -> str:
        return urlsplit(mapped_to(issuer.at, address)).path

    @app.route(place(places.authorize), methods=["GET", "POST"])
    def authorize() -> Any:
        person = "made-up-person"
        try:
            grant = server.get_consent_grant(end_user=person)
        except OAuth2Error as error:
            return server.handle_error_response(request, error)
        if request.method == "GET":
            return "<!doctype html><form method=post><button name=yes value=1>Yes</button></form>"
        return server.create_authorization_response(request, person if request.form.get("yes") else None, grant)

    @app.post(place(places.token))
    def token() -> Any:
        issuer.asked.append(request.form.get("grant_type", ""))
        answer = server.create_token_response()
        if answer.status_code == 200:
            answer.set_data(json.dumps(issuer.shape(json.loads(answer.get_data()))))
        return answer

    if places.revoke:
        app.post(place(places.revoke))(lambda: server.create_endpoint_response("revocation"))
    if places.keys:
        app.get(place(places.keys), endpoint="keys")(lambda: jsonify(keys=issuer.keys))


def _serve_interface(issuer: Issuer, connector: Connector) -> None:
    """The emulator of the package, which knows its own made-up tokens alone."""
    behind = emulators([connector])
    ours = made_up_access(issuer.key, MADE_UP_CLUBS[issuer.key])

    @issuer.app.route(f"{PREFIX}/<host>/<path:rest>", methods=["GET", "POST", "PUT", "DELETE"])
    def interface(host: str, rest: str) -> Response:
        body, query, bears = request.get_data(), request.environ["QUERY_STRING"], request.headers.get("Authorization")
        for theirs in (pair.token["access_token"] for pair in issuer.alive()):
            body, query = body.replace(theirs.encode(), ours.encode()), query.replace(theirs, ours)
            bears = f"Bearer {ours}" if bears == f"Bearer {theirs}" else bears
        environ = {name: value for name, value in request.environ.items() if not name.startswith("werkzeug.")}
        environ |= {"SCRIPT_NAME": "", "PATH_INFO": f"/{host}/{rest}", "QUERY_STRING": query}
        environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
        environ.pop("HTTP_AUTHORIZATION", None)
        if bears is not None and bears.startswith("Bearer "):  # of the host it knows another client
            environ["HTTP_AUTHORIZATION"] = bears
        return Response.from_app(behind, environ)


@contextmanager
def standing_in(key: str) -> Iterator[Issuer]:
    """A stand-in for a package, served on loopback under a path of its own."""
    app = Flask(__name__)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    issuer = Issuer(connectors.get(key), app, f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
