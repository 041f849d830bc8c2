"""A mail as it leaves: rendered in its receiver's language, sent by the chosen backend."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

from flask import current_app

from onboarding.clock import now
from onboarding.i18n import in_language
from onboarding.settings import Settings, current_settings

TIMEOUT = 20.0
"""Seconds that the mail server has for each answer."""
BUTTONS: Mapping[str, str] = {
    "received": "/p-w/{ticket}",
    "your_turn": "/p-w/{ticket}",
    "reply": "/p-w/{ticket}",
    "activated": "/p-w/{ticket}",
    "renewed": "/p-w/{ticket}",
    "consent_needed": "/p-w/{ticket}",
    "disconnected": "/instellingen/clubinstellingen/boekhouding",
    "rejected": "/p-w/{ticket}",
    "invitation": "/account/uitnodiging/{token}",
    "sign_in_link": "/account/link/{token}",
    "reset_password": "/account/wachtwoord/{token}",
    "locked": "/account/link/{token}",
    "second_factor": "/account/",
    "host_sign_in": "/account/",
}
"""Where the one button of each mail leads."""


class Undeliverable(Exception):
    """The mail server said that it will never take this mail; the message is its code alone."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's three texts."""

    subject: str
    text: str
    html: str


def render(template: str, language: str, context: Mapping[str, Any], token: str = "") -> Rendered:
    """The texts of a mail in ``language``. ``token`` is that of a mailed link and stands in the button alone."""
    settings = current_settings()
    address = settings.base_url + BUTTONS[template].format(token=token, ticket=context.get("ticket", ""))
    values = {
        **context,
        "button": address,
        "support": settings.support_name,
        "language": language,
        "hours": settings.link_hours,
        "days": settings.invitation_days,
    }
    with in_language(language):
        folder = f"mail/{template}"
        return Rendered(
            subject=" ".join(_fill(f"{folder}/subject.txt", values).split()),
            text=_without_gaps(_fill(f"{folder}/body.txt", values)),
            html=_fill(f"{folder}/body.html", values),
        )


def _fill(name: str, values: Mapping[str, Any]) -> str:
    """A template with these values alone: what pages get besides is of a request, and here is none."""
    return current_app.jinja_env.get_template(name).render(values)


def _without_gaps(text: str) -> str:
    """At most one empty line in a row: what a template leaves out leaves no hole."""
    return re.sub(r"\n\s*\n", "\n\n", text.strip()) + "\n"


def send(mail: Rendered, to: str, mail_id: int) -> None:
    """Send by the backend of the settings. Raises ``Undeliverable``, ``OSError`` or ``smtplib.SMTPException``."""
    settings = current_settings()
    message = _message(mail, to, mail_id, settings)
    match settings.mail_backend:
        case "folder":
            _write(message, settings.mail_folder, mail_id)
        case "smtp":
            _hand_over(message, settings)


def _message(mail: Rendered, to: str, mail_id: int, settings: Settings) -> EmailMessage:
    name, address = parseaddr(settings.mail_from)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = mail.subject
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(now())
    # The same at every attempt: a mail that arrives twice shows once.
    message["Message-ID"] = f"<koppelbalie-{mail_id}@{address.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _write(message: EmailMessage, folder: Path, mail_id: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{mail_id:06}"
    unfinished.write_bytes(message.as_bytes())
    unfinished.rename(folder / f"{mail_id:06}.eml")


def _hand_over(message: EmailMessage, settings: Settings) -> None:
    secure = ssl.create_default_context()
    try:
        with _server(settings, secure) as server:
            if settings.mail_security == "starttls":
                server.starttls(context=secure)
            if settings.mail_user and settings.mail_password is not None:
                server.login(settings.mail_user, settings.mail_password.get_secret_value())
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = {code for code, _ in refused.recipients.values()}
        if min(codes) >= 500:
            raise Undeliverable(f"{max(codes)}") from None
        raise
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
        if refused.smtp_code >= 500:
            raise Undeliverable(f"{refused.smtp_code}") from None
        raise


def _server(settings: Settings, secure: ssl.SSLContext) -> smtplib.SMTP:
    if settings.mail_security == "tls":
        return smtplib.SMTP_SSL(settings.mail_host, settings.mail_port, timeout=TIMEOUT, context=secure)
    return smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=TIMEOUT)
