"""What the audit log tells: one frozen dataclass an event, named ``subject:action``.

The first field of an event is what it is about. No field ever holds a secret, a message or a token.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

Plain = str | int | bool | None | tuple[str, ...]
EVENTS: dict[str, type[Event]] = {}
"""Every event by its name."""


@dataclass(frozen=True)
class Event:
    """Something that happened. ``name`` is ``subject:action``, ``subject`` says to which one."""

    name: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str) -> None:
        if name in EVENTS:
            raise TypeError(f"two events are called {name}")
        cls.name = name
        EVENTS[name] = cls

    @property
    def subject(self) -> str:
        """What it is about: ``ticket:1001``."""
        kind = self.name.partition(":")[0]
        return f"{kind}:{getattr(self, fields(self)[0].name)}"

    @property
    def data(self) -> dict[str, str | int | bool | list[str] | None]:
        """The other fields, ready for JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)[1:]}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


# --- tickets


@dataclass(frozen=True)
class TicketOpened(Event, name="ticket:opened"):
    """A club began a ticket for a package."""

    ticket: int
    club_id: int
    package: str


@dataclass(frozen=True)
class TicketMoved(Event, name="ticket:moved"):
    """Somebody made a move of the lifecycle; the reason is in the ticket's thread or its own record."""

    ticket: int
    move: str
    source: str
    target: str


@dataclass(frozen=True)
class CodesChanged(Event, name="ticket:codes_changed"):
    """Values of fields were entered, swapped or cleared. Only the keys of the fields are told."""

    ticket: int
    version_id: int
    revision: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class StepsAttested(Event, name="ticket:steps_attested"):
    """The club ticked off steps of the guide."""

    ticket: int
    steps: tuple[str, ...]


@dataclass(frozen=True)
class ClubStated(Event, name="ticket:club_stated"):
    """The club stated that something a machine cannot see is so."""

    ticket: int
    check: str


@dataclass(frozen=True)
class CheckConfirmed(Event, name="ticket:check_confirmed"):
    """Support confirmed a check that asks a person, with a note."""

    ticket: int
    check: str


@dataclass(frozen=True)
class CheckOverridden(Event, name="ticket:check_overridden"):
    """A lead let a check pass, with a reason."""

    ticket: int
    check: str
    version_id: int
    revision: int


@dataclass(frozen=True)
class ApprovalAsked(Event, name="ticket:approval_asked"):
    """Support asked a second agent to approve the activation."""

    ticket: int
    fingerprint: str


@dataclass(frozen=True)
class ApprovalGiven(Event, name="ticket:approval_given"):
    """A second agent approved the activation."""

    ticket: int
    fingerprint: str


@dataclass(frozen=True)
class ApprovalRefused(Event, name="ticket:approval_refused"):
    """A second agent refused the activation, with a reason."""

    ticket: int
    fingerprint: str


@dataclass(frozen=True)
class AgentChanged(Event, name="ticket:agent_changed"):
    """Another agent took the ticket."""

    ticket: int
    agent_id: int


@dataclass(frozen=True)
class MessageWritten(Event, name="ticket:message_written"):
    """Somebody wrote in the thread; the text is in the thread alone."""

    ticket: int
    message_id: int
    kind: str


@dataclass(frozen=True)
class ReplyUndone(Event, name="ticket:reply_undone"):
    """A reply was taken back before it left."""

    ticket: int
    message_id: int


@dataclass(frozen=True)
class MessageRedacted(Event, name="ticket:message_redacted"):
    """The text of a message was removed."""

    ticket: int
    message_id: int


@dataclass(frozen=True)
class SecretCaught(Event, name="ticket:secret_caught"):
    """Something that looks like a code was written where messages go, and was not stored."""

    ticket: int
    where: str
    field: str | None


# --- runs


@dataclass(frozen=True)
class RunAsked(Event, name="run:asked"):
    """Somebody, or an outage's end, asked for a run of the checklist."""

    run_id: str
    ticket: int
    only: str | None = None


@dataclass(frozen=True)
class RunEnded(Event, name="run:ended"):
    """A run ended: it has lines for every check, waits for the package, or was overtaken."""

    run_id: str
    ticket: int
    state: str
    failed: int = 0
    untested: int = 0


# --- connections


@dataclass(frozen=True)
class ConnectionActivated(Event, name="connection:activated"):
    """A version of credentials passed the gate and is in force."""

    connection_id: int
    ticket: int
    version_id: int


@dataclass(frozen=True)
class VersionEnded(Event, name="connection:version_ended"):
    """A version of credentials was retired or rejected."""

    connection_id: int
    version_id: int
    state: str


@dataclass(frozen=True)
class ConnectionEnded(Event, name="connection:disconnected"):
    """A club ended a connection: its codes are destroyed, and nothing goes to the package any more."""

    connection_id: int
    ticket: int


@dataclass(frozen=True)
class ConnectionsImported(Event, name="connections:imported"):
    """Connections that were made elsewhere were taken over from a list, their codes unknown.

    ``digest`` is the SHA-256 of the file, ``first`` and ``last`` are the ids that they got, ``new_clubs`` says how
    many clubs were added along with them.
    """

    digest: str
    count: int
    first: int
    last: int
    new_clubs: int


# --- consent


@dataclass(frozen=True)
class ConsentAsked(Event, name="authorisation:begun"):
    """A browser left for the page of a package where consent is given."""

    authorisation_id: int
    package: str
    way: str
    ticket: int | None = None
    link_id: int | None = None


@dataclass(frozen=True)
class CodeSpent(Event, name="authorisation:exchanging"):
    """A browser came back with a code, which is about to be exchanged; written before it is sent."""

    authorisation_id: int
    package: str


@dataclass(frozen=True)
class ConsentRefused(Event, name="authorisation:refused"):
    """A question brought nothing: refused by whoever was asked, or by the package. ``kind`` says how."""

    authorisation_id: int
    package: str
    kind: str


@dataclass(frozen=True)
class ExchangeLost(Event, name="authorisation:lost"):
    """A code was sent and the answer never came in: whether there are tokens somewhere is not known."""

    authorisation_id: int
    package: str


@dataclass(frozen=True)
class ConsentGiven(Event, name="consent:given"):
    """Tokens of a consent are kept with a version of credentials."""

    consent_id: int
    version_id: int
    package: str
    way: str
    ticket: int


@dataclass(frozen=True)
class ConsentUnproven(Event, name="consent:unproven"):
    """The identity token that came with a consent was not in order: the tokens were destroyed."""

    consent_id: int


@dataclass(frozen=True)
class ConsentDied(Event, name="consent:died"):
    """The package refuses a consent, or it was lost: it has to be given anew."""

    consent_id: int
    generation: int
    reason: str


@dataclass(frozen=True)
class ConsentMoved(Event, name="consent:moved"):
    """A consent goes with another version of credentials from now on, and so do its tokens."""

    consent_id: int
    version_id: int


@dataclass(frozen=True)
class ConsentEnded(Event, name="consent:ended"):
    """The tokens of a consent were destroyed."""

    consent_id: int
    reason: str


@dataclass(frozen=True)
class ConsentRevoked(Event, name="consent:revoked"):
    """The package was asked to forget a consent; ``done`` says whether it said that it did."""

    consent_id: int
    done: bool


@dataclass(frozen=True)
class RefreshStarted(Event, name="consent:refresh_started"):
    """The refresh token of this generation is about to be sent; written before it is."""

    consent_id: int
    generation: int
    fence: int
    again: bool = False


@dataclass(frozen=True)
class RefreshDone(Event, name="consent:refreshed"):
    """A new pair is kept; ``generation`` is its own."""

    consent_id: int
    generation: int


@dataclass(frozen=True)
class ConsentShared(Event, name="consent:shared"):
    """Several who asked at the same time get the pair that one of them opened; written before they do.

    ``readers`` says of each who it is and what for.
    """

    consent_id: int
    generation: int
    readers: tuple[str, ...]


@dataclass(frozen=True)
class RefreshFailed(Event, name="consent:refresh_failed"):
    """The refresh token was not used: the package could not be reached, or asked to wait. ``error`` is its kind."""

    consent_id: int
    generation: int
    error: str


@dataclass(frozen=True)
class RefreshInDoubt(Event, name="consent:refresh_in_doubt"):
    """The refresh token was sent and no answer came in: it is tried again, after a kill once more at most."""

    consent_id: int
    generation: int
    times: int


@dataclass(frozen=True)
class RefreshOverdue(Event, name="consent:refresh_overdue"):
    """An alarm: the pair of a connection in force was not refreshed for so long that it soon ends."""

    consent_id: int
    days: int


@dataclass(frozen=True)
class ConsentLinkMade(Event, name="consent_link:made"):
    """A club made a link by which somebody else gives consent; the one before it stopped working."""

    link_id: int
    ticket: int


@dataclass(frozen=True)
class ConsentLinkUsed(Event, name="consent_link:used"):
    """Consent was given by that link."""

    link_id: int
    ticket: int


@dataclass(frozen=True)
class ConsentLinkRevoked(Event, name="consent_link:revoked"):
    """A link stopped working before it was used."""

    link_id: int
    ticket: int


@dataclass(frozen=True)
class HandOverMade(Event, name="hand_over:made"):
    """Consent was given without a ticket: tokens are kept until the code is handed over."""

    hand_over_id: int
    package: str


@dataclass(frozen=True)
class HandOverTried(Event, name="hand_over:refused"):
    """A code was handed over that does not fit; ``hand_over_id`` is None when it is nobody's."""

    hand_over_id: int | None
    ticket: int
    why: str


@dataclass(frozen=True)
class HandOverOpened(Event, name="hand_over:opened"):
    """What is kept for a hand-over is about to be opened for a purpose; written before it is."""

    hand_over_id: int
    purpose: str


@dataclass(frozen=True)
class HandOverClaimed(Event, name="hand_over:claimed"):
    """A code was handed over: the tokens are with the ticket's codes now."""

    hand_over_id: int
    ticket: int
    consent_id: int


@dataclass(frozen=True)
class HandOverDestroyed(Event, name="hand_over:destroyed"):
    """The tombstone: nobody handed the code over in time, or the identity token was not in order."""

    hand_over_id: int
    why: str


@dataclass(frozen=True)
class HandOverTampered(Event, name="hand_over:tampered"):
    """An alarm: what is sealed for a hand-over was changed outside of the app. It was refused."""

    hand_over_id: int


# --- custody


@dataclass(frozen=True)
class SecretSealed(Event, name="secret:sealed"):
    """Secrets were sealed; only the keys of the fields are told."""

    version_id: int
    fields: tuple[str, ...]
    key_id: str


@dataclass(frozen=True)
class SecretUnsealed(Event, name="secret:unsealed"):
    """Secrets are about to be opened for a purpose; written before they are."""

    version_id: int
    fields: tuple[str, ...]
    purpose: str


@dataclass(frozen=True)
class SecretMoved(Event, name="secret:moved"):
    """Secrets were sealed anew for another version of credentials."""

    version_id: int
    fields: tuple[str, ...]
    to_version: int


@dataclass(frozen=True)
class SecretDestroyed(Event, name="secret:destroyed"):
    """The tombstone: secrets and their keys are gone."""

    version_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class SecretTampered(Event, name="secret:tampered"):
    """An alarm: a sealed value was changed, moved or cut outside of the app. It was refused."""

    version_id: int
    field: str


@dataclass(frozen=True)
class KeyRotationBegan(Event, name="keys:rotation_began"):
    """Secrets under older keys are about to be sealed anew under the ring's first key; written before any is opened."""

    key_id: str
    records: int


@dataclass(frozen=True)
class SecretsResealed(Event, name="keys:resealed"):
    """Some secrets, the last of them of ``last_version``, were sealed anew; their old data keys are gone."""

    key_id: str
    records: int
    last_version: int


@dataclass(frozen=True)
class KeysRotated(Event, name="keys:rotated"):
    """A rotation went through all secrets; those that were tampered with were refused and stay as they are."""

    key_id: str
    records: int
    refused: int


@dataclass(frozen=True)
class LogKeyKept(Event, name="keys:log_key_kept"):
    """The key that chained the log under ``key_id``, and opens nothing, was sealed under a newer one, so that
    the log can be verified when the old key is gone."""

    key_id: str
    by: str
    wrapped: str
    sealed: str


# --- back-ups


@dataclass(frozen=True)
class BackupMade(Event, name="backup:made"):
    """A copy of the whole database is about to be made; the copy holds this record too."""

    made: str


@dataclass(frozen=True)
class BackupRestored(Event, name="backup:restored"):
    """The database was put back from the copy made at ``made``, whose last record was ``record``."""

    made: str
    record: int


@dataclass(frozen=True)
class DatabaseMoved(Event, name="database:moved"):
    """All ``rows`` of a database of another kind or place were moved here; the log up to ``record`` is from there."""

    kind: str
    record: int
    rows: int


# --- people


@dataclass(frozen=True)
class SignedIn(Event, name="user:signed_in"):
    """Somebody signed in, by password or by a mailed link."""

    user_id: int
    way: str


@dataclass(frozen=True)
class SignInRefused(Event, name="user:sign_in_refused"):
    """A sign-in failed; ``user_id`` is None when the address is nobody's."""

    user_id: int | None
    reason: str = "password"


@dataclass(frozen=True)
class AccountLocked(Event, name="user:locked"):
    """Too many wrong passwords in a row."""

    user_id: int | None


@dataclass(frozen=True)
class SessionEnded(Event, name="user:signed_out"):
    """Somebody signed out."""

    user_id: int


@dataclass(frozen=True)
class PasswordChanged(Event, name="user:password_changed"):
    """Somebody set or changed their password, and older sessions ended."""

    user_id: int
    way: str = "account"


@dataclass(frozen=True)
class PersonChanged(Event, name="user:changed"):
    """Somebody changed their name or language."""

    user_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class AccountMade(Event, name="user:made"):
    """A person got an account."""

    user_id: int
    way: str = "invitation"


@dataclass(frozen=True)
class LinkAsked(Event, name="link:asked"):
    """Somebody asked for a mailed link; whether an account exists is not told to them."""

    link_id: int
    purpose: str
    user_id: int | None = None


@dataclass(frozen=True)
class LinkUsed(Event, name="link:used"):
    """A mailed link was used."""

    link_id: int
    purpose: str
    user_id: int | None = None


@dataclass(frozen=True)
class InvitationMade(Event, name="link:invitation_made"):
    """Somebody was invited to a club or to the help desk."""

    link_id: int
    club_id: int | None = None
    role: str | None = None


@dataclass(frozen=True)
class InvitationWithdrawn(Event, name="link:invitation_withdrawn"):
    """An invitation was taken back before it was used."""

    link_id: int


@dataclass(frozen=True)
class MembershipBegan(Event, name="club:membership_began"):
    """Somebody may act for a club from now on."""

    club_id: int
    user_id: int


@dataclass(frozen=True)
class MembershipEnded(Event, name="club:membership_ended"):
    """Somebody may no longer act for a club."""

    club_id: int
    user_id: int


@dataclass(frozen=True)
class ClubAdded(Event, name="club:added"):
    """A club was added."""

    club_id: int


@dataclass(frozen=True)
class RoleGiven(Event, name="user:role_given"):
    """Somebody got a role of the help desk."""

    user_id: int
    role: str


@dataclass(frozen=True)
class RoleTaken(Event, name="user:role_taken"):
    """Somebody lost a role of the help desk."""

    user_id: int
    role: str


@dataclass(frozen=True)
class HostIdentityLinked(Event, name="user:linked_to_host"):
    """From now on somebody can sign in to this account at the host. ``way`` is "made" or "address"."""

    user_id: int
    identity_id: int
    way: str


@dataclass(frozen=True)
class ClubKnownToHost(Event, name="club:known_to_host"):
    """The host knows a club by this id; None takes it away."""

    club_id: int
    host_id: str | None


# --- the second factor


@dataclass(frozen=True)
class FirstStepPassed(Event, name="user:first_step_passed"):
    """Somebody showed a password or a mailed link; they are not in before the code of their app."""

    user_id: int
    way: str


@dataclass(frozen=True)
class FactorTried(Event, name="user:factor_tried"):
    """A code is about to be compared, for a purpose; written before the secret of the app is opened."""

    user_id: int
    purpose: str


@dataclass(frozen=True)
class FactorRefused(Event, name="user:factor_refused"):
    """That code was wrong, too old, or used before."""

    user_id: int
    purpose: str


@dataclass(frozen=True)
class FactorLocked(Event, name="user:factor_locked"):
    """Too many wrong codes in a row: none is looked at for a while."""

    user_id: int


@dataclass(frozen=True)
class FactorSet(Event, name="user:factor_set"):
    """Somebody set up an app of codes, with new recovery codes."""

    user_id: int
    key_id: str


@dataclass(frozen=True)
class FactorRemoved(Event, name="user:factor_removed"):
    """An app of codes and the recovery codes were removed: by the person, or reset by the command."""

    user_id: int
    way: str


@dataclass(frozen=True)
class RecoveryCodesMade(Event, name="user:recovery_codes_made"):
    """Somebody got new recovery codes; the older ones are gone."""

    user_id: int


@dataclass(frozen=True)
class RecoveryCodeUsed(Event, name="user:recovery_code_used"):
    """A recovery code stood in for the app."""

    user_id: int
    left: int


@dataclass(frozen=True)
class ProvenAgain(Event, name="user:proven_again"):
    """Somebody who is signed in showed again who they are."""

    user_id: int
    way: str


# --- mail


@dataclass(frozen=True)
class MailGivenUp(Event, name="mail:given_up"):
    """A mail could not be delivered after all attempts."""

    mail_id: int
    template: str


# --- what the host hears


@dataclass(frozen=True)
class WebhookGivenUp(Event, name="webhook:given_up"):
    """An event could not be delivered to the host after all attempts, or the host wants no more of it."""

    number: int
    event_id: str
    kind: str


@dataclass(frozen=True)
class WebhookAskedAgain(Event, name="webhook:asked_again"):
    """Somebody had an event delivered to the host once more."""

    number: int
    event_id: str
