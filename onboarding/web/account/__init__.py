"""Signing in, invitations, a person's own page and the people of their clubs."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from onboarding.web.account import clubs, host, limits, links, mine, second_factor, sign_in

account = Blueprint("account", __name__, url_prefix="/account")

Page = Callable[..., ResponseReturnValue]

PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/aanmelden", "sign_in", sign_in.page),
    ("/aanmelden/gestuurd", "sent", sign_in.sent),
    ("/wachtwoord-vergeten", "forgotten", sign_in.forgotten_page),
    ("/oidc/niet-gelukt", "host_trouble", host.trouble),
    ("/link/<token>", "link", links.page),
    ("/wachtwoord/<token>", "reset", links.reset_page),
    ("/uitnodiging/<token>", "invitation", links.invitation_page),
    ("/code", "code", second_factor.code_page),
    ("/", "mine", mine.page),
    ("/extra-code", "factor", second_factor.page),
    ("/bevestig", "prove", second_factor.prove_page),
    ("/clubs/<int:club_id>/", "club", clubs.page),
    ("/clubs/<int:club_id>/leden/<int:user_id>/weg", "part", clubs.part_page),
)
"""What can be looked at: address, endpoint, view. None of them uses a link or changes anything."""

ACTS: tuple[tuple[str, str, Page], ...] = (
    ("/aanmelden", "do_sign_in", sign_in.do),
    ("/oidc", "host", host.leave),
    ("/wachtwoord-vergeten", "do_forgotten", sign_in.do_forgotten),
    ("/link/<token>", "use_link", links.use),
    ("/wachtwoord/<token>", "do_reset", links.reset),
    ("/uitnodiging/<token>", "accept", links.accept),
    ("/code", "do_code", second_factor.code),
    ("/extra-code/begin", "begin_factor", second_factor.begin_set_up),
    ("/extra-code/klaar", "confirm_factor", second_factor.confirm),
    ("/extra-code/noodcodes", "recovery_codes", second_factor.renew_codes),
    ("/extra-code/weg", "remove_factor", second_factor.remove),
    ("/bevestig", "do_prove", second_factor.do_prove),
    ("/afmelden", "sign_out", sign_in.sign_out),
    ("/taal", "language", mine.language),
    ("/club", "choose_club", mine.choose_club),
    ("/naam", "name", mine.name),
    ("/wachtwoord", "password", mine.password),
    ("/overal-afmelden", "sign_out_everywhere", mine.sign_out_everywhere),
    ("/clubs/<int:club_id>/uitnodigen", "invite", clubs.invite),
    ("/clubs/<int:club_id>/uitnodigingen/<int:link_id>/intrekken", "withdraw", clubs.withdraw),
    ("/clubs/<int:club_id>/leden/<int:user_id>/weg", "do_part", clubs.part),
)
"""What can be done, always by POST: address, endpoint, view."""

COMING_BACK = ("/oidc/terug", "host_back", host.come_back)
"""Where the host sends people back to: a GET, as the protocol has it, that only this browser's own question opens."""

for rule, endpoint, view in (*PAGES, (*COMING_BACK[:2], limits.limited(*COMING_BACK[1:]))):
    account.add_url_rule(rule, endpoint, view, methods=["GET"])
for rule, endpoint, view in ACTS:
    account.add_url_rule(rule, endpoint, limits.limited(endpoint, view), methods=["POST"])
