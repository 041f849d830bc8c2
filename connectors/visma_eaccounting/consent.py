"""How consent is given at Visma: addresses, rights, lives, and what the token endpoint says instead of tokens."""

from __future__ import annotations

from datetime import timedelta

from connectors.kit.credentials import Credentials, Option
from connectors.kit.errors import ProviderError, RateLimited
from connectors.kit.http import Answer, Http
from connectors.kit.oauth import ClientAuth, Endpoints, Grant, OAuth
from connectors.visma_eaccounting import bodies
from connectors.visma_eaccounting.access import Api, refusal_of
from connectors.visma_eaccounting.answers import raised, row_of_token
from connectors.visma_eaccounting.client import company_of

IDENTITY_HOST = "identity.vismaonline.com"
ENDPOINTS = Endpoints(
    authorize=f"https://{IDENTITY_HOST}/connect/authorize",
    token=f"https://{IDENTITY_HOST}/connect/token",
    revoke=f"https://{IDENTITY_HOST}/connect/revocation",
)
SCOPES = ("ea:api", "offline_access", "ea:sales", "ea:accounting")
"""All that we ask for; without one of them a check or an invoice fails later."""
EXTRA = {"prompt": "select_account", "acr_values": "service:44643EB1-3F76-4C1C-A672-402AE8085934"}
"""Without ``select_account`` a user with a standard company silently connects that one."""
KEEP_ALIVE = timedelta(days=7)
"""How long a refresh token is that unknown is in the documents. Servers of this kind end one that nobody uses after
15 days unless told otherwise: half of that is careful (inferred)."""


def refused(grant: Grant, answer: Answer, http: Http) -> ProviderError:
    """What the token endpoint said instead of tokens."""
    name = bodies.error_name(answer)
    refusal = refusal_of(http, f"token ({grant.value})", answer)
    row = row_of_token(grant, refusal, name)
    # what is no refusal in the protocol's own words may have used up the code or the refresh token
    error = raised(row, refusal, in_doubt=row == "V16" or (row == "V15" and not name))
    return http.hold(IDENTITY_HOST, error) if isinstance(error, RateLimited) else error


def the_company(host: Credentials, http: Http) -> tuple[Option, ...]:
    """The one company that was chosen at Visma, by name."""
    company = company_of(Api(http).ask)
    return (Option(company.identifier, company.name),)


OAUTH = OAuth(
    endpoints=lambda _: ENDPOINTS,
    client=ClientAuth.BASIC,
    code_lives=timedelta(minutes=5),
    refused=refused,
    scope=" ".join(SCOPES),
    extra=EXTRA,
    lives=timedelta(hours=1),
    keep_alive=KEEP_ALIVE,
    lists=the_company,
    chooses="",
)
