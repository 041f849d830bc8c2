"""What Authlib's server leaves to whoever runs it to remember: the client, codes and tokens."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, list_to_scope

CLIENT_ID, CLIENT_SECRET = "made-up-client-elsewhere", "made-up-secret-elsewhere"


@dataclass
class Registered(ClientMixin):
    """The client that the host registered there."""

    way: str
    redirects: set[str]
    scope: str
    client_id: str = CLIENT_ID
    secret: str = CLIENT_SECRET

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return next(iter(self.redirects))

    def get_allowed_scope(self, scope: str) -> str:
        return list_to_scope([word for word in (scope or "").split() if word in self.scope.split()])

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirects

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == self.way

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


@dataclass
class GivenCode(AuthorizationCodeMixin):
    """A code, as Authlib wants it to be remembered."""

    code: str
    asked: dict[str, str]
    at: float = field(default_factory=time.time)

    def __post_init__(self) -> None:  # names that the extension for PKCE looks for
        self.code_challenge = self.asked.get("code_challenge")
        self.code_challenge_method = self.asked.get("code_challenge_method")

    def get_redirect_uri(self) -> str:
        return self.asked.get("redirect_uri", "")

    def get_scope(self) -> str:
        return self.asked.get("scope", "")

    def get_nonce(self) -> str:
        return self.asked.get("nonce", "")

    def get_auth_time(self) -> int:
        return int(self.at)

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class GivenPair(TokenMixin):
    """Tokens, as Authlib wants them to be remembered."""

    token: dict[str, Any]
    revoked: bool = False
    at: float = field(default_factory=time.time)

    def check_client(self, client: Registered) -> bool:
        return client.client_id == CLIENT_ID

    def get_scope(self) -> str:
        return str(self.token.get("scope") or "")

    def get_expires_in(self) -> int:
        return int(self.token["expires_in"])

    def is_expired(self) -> bool:
        return time.time() > self.at + self.get_expires_in()

    def is_revoked(self) -> bool:
        return self.revoked
