"""A mail leaves once, after its change, and is tried again when the server cannot take it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from onboarding import create_app
from onboarding.accounts import links
from onboarding.accounts.models import MailedLink, Purpose, User
from onboarding.audit.models import AuditRecord
from onboarding.clock import now
from onboarding.db import db, session
from onboarding.notify import outbox
from onboarding.notify.models import OutgoingMail
from onboarding.usecases.mailing import PAUSES, deliver
from onboarding.usecases.transaction import change
from tests.conftest import settings_in
from tests.unit.notify.conftest import CONTEXTS, Mailbox

Post = Callable[..., int]


@pytest.fixture
def posted(in_app: Flask) -> Post:
    return post


@pytest.fixture
def by_smtp(tmp_path: Path, empty_database: Path, mailbox: Mailbox) -> Iterator[Mailbox]:
    """Inside an app that hands its mails to the mailbox's server."""
    shutil.copy(empty_database, tmp_path / "koppelbalie.sqlite")
    settings = settings_in(
        tmp_path, mail_backend="smtp", mail_host="127.0.0.1", mail_port=mailbox.port, mail_security="none"
    )
    with create_app(settings).app_context():
        yield mailbox


def post(template: str = "activated", once: str = "once", to: str = "ans@example.test", **more: object) -> int:
    with change() as writing:
        outbox.put(writing, template, to, "nl", CONTEXTS[template] | more.pop("context", {}), once, **more)  # type: ignore[operator,arg-type]
    return mail(once).id or 0


def mail(once: str = "once") -> OutgoingMail:
    session().rollback()
    session().expire_all()
    return session().exec(select(OutgoingMail).where(OutgoingMail.once == once)).one()


def jobs() -> list[tuple[str, str]]:
    with db.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT workflow_uuid, status FROM workflow_status ORDER BY workflow_uuid"))
        return [tuple(row) for row in rows]


def test_a_mail_is_written_with_its_job_or_not_at_all(posted: Post) -> None:
    def fails() -> None:
        with change() as writing:
            outbox.put(writing, "activated", "ans@example.test", "nl", CONTEXTS["activated"], "never")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fails()
    assert session().exec(select(OutgoingMail)).all() == []
    assert jobs() == []

    number = posted()

    assert jobs() == [(f"mail-{number}", "ENQUEUED")]


def test_one_occasion_is_one_mail(posted: Post) -> None:
    assert posted() == posted()

    assert len(jobs()) == 1


def test_a_mail_that_leaves_later_waits(posted: Post) -> None:
    posted(leaves_at=now() + timedelta(seconds=15))

    assert jobs()[0][1] == "DELAYED"


@pytest.mark.parametrize("context", [{"extra": 1}, {"name": "Ans"}])
def test_a_context_that_is_not_the_templates_is_refused(in_app: Flask, context: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="is given"), change() as writing:
        outbox.put(writing, "activated", "ans@example.test", "nl", context, "once")


def test_an_unknown_mail_is_refused(in_app: Flask) -> None:
    with pytest.raises(ValueError, match="no such mail"), change() as writing:
        outbox.put(writing, "surprise", "ans@example.test", "nl", {}, "once")


def test_a_mail_goes_to_the_folder_and_is_done(posted: Post, tmp_path: Path) -> None:
    number = posted()

    deliver(number)
    deliver(number)

    (file,) = (tmp_path / "mail").glob("*.eml")
    message = BytesParser(policy=default).parsebytes(file.read_bytes())
    assert message["To"] == "ans@example.test"
    assert message["Subject"] == "Kasboek & Co is gekoppeld"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
    assert mail().sent_at is not None
    assert mail().attempts == 1


def test_a_mail_goes_to_the_server(by_smtp: Mailbox) -> None:
    deliver(post())

    (got,) = by_smtp.mails
    assert got["To"] == "ans@example.test"
    assert got["Message-ID"] == f"<koppelbalie-{mail().id}@localhost>"
    body = got.get_body(("plain",))
    assert body is not None
    assert "Alles is getest" in body.get_content()


def test_a_server_that_cannot_now_is_tried_again_later(by_smtp: Mailbox) -> None:
    by_smtp.answer = "451 later please"
    number = post()

    deliver(number)

    assert mail().problem == "SMTPDataError"
    assert mail().sent_at is None
    assert jobs() == [(f"mail-{number}", "ENQUEUED"), (f"mail-{number}-1", "DELAYED")]

    by_smtp.answer = None
    deliver(number)
    assert (mail().problem, len(by_smtp.mails)) == ("", 1)


def test_a_server_that_is_not_there_is_tried_again_later(by_smtp: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as gone:
        gone.setattr("smtplib.SMTP.connect", nobody)
        deliver(post())
    assert mail().problem == "ConnectionRefusedError"

    deliver(mail().id or 0)
    assert len(by_smtp.mails) == 1


def test_after_all_attempts_a_mail_is_given_up_and_the_log_says_so(by_smtp: Mailbox) -> None:
    by_smtp.answer = "451 later please"
    number = post()

    for _ in range(len(PAUSES) + 3):
        deliver(number)

    assert mail().dropped_at is not None
    assert mail().attempts == len(PAUSES) + 1
    assert session().exec(select(AuditRecord.event)).all() == ["mail:given_up"]


def test_a_mail_that_the_server_never_takes_is_given_up_at_once(by_smtp: Mailbox) -> None:
    by_smtp.answer = "550 no such person"

    deliver(post())

    assert mail().dropped_at is not None
    assert mail().problem == "refused: 550"


def test_a_mail_can_be_taken_back_until_it_left(posted: Post, tmp_path: Path) -> None:
    number = posted(leaves_at=now() + timedelta(seconds=15))
    with change() as writing:
        assert outbox.drop(writing, "once")
    deliver(number)
    assert not (tmp_path / "mail").exists()

    deliver(posted(once="other"))
    with change() as writing:
        assert not outbox.drop(writing, "other")
        assert not outbox.drop(writing, "unknown")
    assert mail("other").sent_at is not None


def test_a_mailed_link_gets_its_token_when_the_mail_leaves(in_app: Flask, tmp_path: Path) -> None:
    link_id = make_link()
    number = post("sign_in_link", context={"link": link_id})
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("koppelbalie.sqlite*"))

    deliver(number)

    (file,) = (tmp_path / "mail").glob("*.eml")
    body = BytesParser(policy=default).parsebytes(file.read_bytes()).get_body(("plain",))  # type: ignore[attr-defined]
    token = body.get_content().partition("/account/link/")[2].split()[0]
    assert len(token) >= 40
    assert token.encode() not in stored
    assert links.look_up(session(), token, Purpose.SIGN_IN).state is links.LinkState.FRESH


def test_a_link_that_ended_is_not_mailed(in_app: Flask, tmp_path: Path) -> None:
    link_id = make_link()
    number = post("sign_in_link", context={"link": link_id})
    with change() as writing:
        link = writing.get_one(MailedLink, link_id)
        link.expires_at = now()
        writing.add(link)

    deliver(number)

    assert mail().dropped_at is not None
    assert not (tmp_path / "mail").exists()


def make_link() -> int:
    with change() as writing:
        ans = User(email="ans@example.test", name="Ans", fs_uniquifier="u", created_at=now())
        writing.add(ans)
        writing.flush()
        link = links.make(writing, Purpose.SIGN_IN, "ans@example.test", timedelta(hours=1), user_id=ans.id)
    return link.id or 0
