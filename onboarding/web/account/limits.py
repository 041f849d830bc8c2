"""How often somebody may try the doors: by the address they call from, and by the account they name."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address

from onboarding.accounts.addresses import mark_of, tidy_email
from onboarding.settings import current_settings
from onboarding.web.limits import limiter

Page = Callable[..., ResponseReturnValue]

TRIES = frozenset({"do_sign_in", "do_forgotten", "use_link", "do_reset", "accept", "do_code", "host", "host_back"})
"""What a stranger could try over and over: counted together for the address that they call from."""
MAILS = frozenset({"do_sign_in", "do_forgotten", "invite"})
"""What sends a mail to an address that was typed: counted together for that address, somebody's or not."""


def limited(endpoint: str, view: Page) -> Page:
    """The view with the limits that are due to it."""
    if endpoint in TRIES:
        view = _by_caller(view)
    if endpoint in MAILS:
        view = _by_account(view)
    return view


def _named_account() -> str:
    typed = request.form.get("email", "")
    try:
        return mark_of(tidy_email(typed))
    except ValueError:
        return mark_of(typed[:100])


def _mails_nothing() -> bool:
    return request.endpoint == "account.do_sign_in" and request.form.get("do") != "link"


_by_caller = limiter.shared_limit(lambda: current_settings().sign_in_limit, "tries", key_func=get_remote_address)
_by_account = limiter.shared_limit(
    lambda: current_settings().link_limit, "mails", key_func=_named_account, exempt_when=_mails_nothing
)
