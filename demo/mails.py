"""The mails of the demo, read from the folder where the product leaves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: ``name`` is that of its file, ``html`` may be empty."""

    name: str
    to: str
    subject: str
    at: datetime | None
    text: str
    html: str


def mails(folder: Path) -> tuple[Mail, ...]:
    """Every mail in the folder, the newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return tuple(read(file) for file in files)


def mail(folder: Path, name: str) -> Mail:
    """The mail in the file of this name; KeyError when the folder has none."""
    for file in folder.glob("*.eml"):
        if file.name == name:
            return read(file)
    raise KeyError(name)


def read(file: Path) -> Mail:
    """What a mail says."""
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    date = message["Date"]
    return Mail(
        name=file.name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        at=date.datetime if date is not None else None,
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""
