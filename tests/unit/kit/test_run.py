"""The checklist: a line as each check ends, whatever the package or the connector does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from connectors.kit import errors
from connectors.kit.connector import Check, Connector, Identity, WaitsFor, check
from connectors.kit.credentials import Credentials, Option, Secret, ask
from connectors.kit.errors import Owner, ProviderError, RateLimited
from connectors.kit.guide import Guide
from connectors.kit.http import OURS, Http
from connectors.kit.outcomes import Line, NeedsPerson, NotApplicable, Outcome, Passed, Verdict, Warned
from connectors.kit.run import Found, chosen, run
from connectors.kit.sandbox import Sandbox
from connectors.kit.text import Text

SAID = Text(nl="Gezegd", en="Said")
SECRET = "made-up-secret"
HOST = "api.kasboek.example"


def text(name: str) -> Text:
    return Text(nl=name, en=name)


class Login(Credentials):
    """One secret."""

    code: Secret = ask(text("Code"), help=SAID, choices=lambda session: session.options())


class Keys(Credentials):
    """The host's own."""

    client_secret: Secret = ask(text("Sleutel"), help=SAID)


@dataclass
class Session:
    """What the checks below are given."""

    http: Http
    made: list[str] = field(default_factory=list)
    option: Callable[[], tuple[Option, ...]] = lambda: (Option("1", "One"),)

    def options(self) -> tuple[Option, ...]:
        return self.option()


def says(key: str, verdict: Any, *, needs: tuple[str, ...] = (), daily: bool = False, mandatory: bool = True) -> Check:
    """A check with this key that gives a verdict or raises it."""

    def probe(session: Session) -> Verdict:
        session.made.append(key)
        if isinstance(verdict, Exception):
            raise verdict
        return verdict  # type: ignore[no-any-return]

    probe.__name__ = key
    return check(text(key.title()), owner=Owner.CLUB, mandatory=mandatory, needs=needs, daily=daily)(probe)


@dataclass
class Package:
    """A connector of the checks at hand, and what became of its sessions."""

    sessions: list[Session] = field(default_factory=list)
    closed: int = 0
    open_error: Exception | None = None
    close_error: Exception | None = None
    option: Callable[[], tuple[Option, ...]] = lambda: (Option("1", "One"),)
    identity: Callable[[Session], Identity | None] = lambda session: Identity("kb-1", "SV Voorbeeld")

    @contextmanager
    def connect(self, login: Credentials, host: Credentials | None, http: Http) -> Iterator[Session]:
        if self.open_error is not None:
            raise self.open_error
        self.sessions.append(Session(http, option=self.option))
        yield self.sessions[-1]
        self.closed += 1
        if self.close_error is not None:
            raise self.close_error

    def of(self, *checks: Check, opens: str | None = None) -> Connector:
        return Connector(
            key="kasboek",
            name="Kasboek",
            version="1",
            hosts=(HOST,),
            auth="codes",
            login=Login,
            guide=Guide(1, (), ()),
            summary=SAID,
            connect=self.connect,
            checks=checks,
            identity=self.identity,
            opens=opens or checks[0].key,
            sandbox=lambda: Sandbox({}, ()),
            host=Keys,
        )

    @property
    def made(self) -> list[str]:
        return self.sessions[-1].made


@pytest.fixture
def package() -> Package:
    return Package()


@pytest.fixture
def http(pool: httpx.Client) -> Http:
    return Http("Kasboek", [HOST], client=pool)


LOGIN = Login(code=Secret(SECRET))
KEYS = Keys(client_secret=Secret("made-up-key"))


def lines(connector: Connector, http: Http, **how: Any) -> list[Line]:
    return list(run(connector, LOGIN, KEYS, http, **how))


def only_line(connector: Connector, http: Http) -> Line:
    (line,) = lines(connector, http)
    return line


class TestVerdicts:
    """What a check says becomes a line."""

    def test_passed(self, package: Package, http: Http) -> None:
        line = only_line(package.of(says("a", Passed(SAID, {"rows": 3, "names": ("x",)}))), http)
        assert (line.outcome, line.owner, line.says) == (Outcome.PASSED, Owner.CLUB, SAID)
        assert line.evidence == {"rows": 3, "names": ("x",)}

    def test_warned(self, package: Package, http: Http) -> None:
        line = only_line(package.of(says("a", Warned(SAID, SAID, ("code",), ("Beheer",), {"n": 1}))), http)
        assert line.outcome is Outcome.WARNING
        assert (line.problem, line.remedy, line.fields, line.path, line.evidence) == (
            SAID,
            SAID,
            ("code",),
            ("Beheer",),
            {"n": 1},
        )

    @pytest.mark.parametrize(("asks", "owner"), [(None, Owner.SUPPORT), (SAID, Owner.CLUB)])
    def test_needs_a_person(self, asks: Text | None, owner: Owner, package: Package, http: Http) -> None:
        line = only_line(package.of(says("a", NeedsPerson(SAID, SAID, asks))), http)
        assert (line.outcome, line.owner, line.question, line.asks_club) == (Outcome.PERSON, owner, SAID, asks)

    def test_not_applicable(self, package: Package, http: Http) -> None:
        line = only_line(package.of(says("a", NotApplicable(SAID))), http)
        assert (line.outcome, line.says) == (Outcome.NOT_APPLICABLE, SAID)

    def test_no_verdict_at_all_is_ours(self, package: Package, http: Http) -> None:
        line = only_line(package.of(says("a", None)), http)
        assert (line.outcome, line.owner, line.error) == (Outcome.UNTESTED, Owner.US, "UnexpectedAnswer")


class TestErrors:
    """Failed when the club or a setting of ours is to blame, else untested."""

    @pytest.mark.parametrize(
        ("kind", "outcome", "owner"),
        [
            (errors.InvalidCredentials, Outcome.FAILED, Owner.CLUB),
            (errors.ActionRequired, Outcome.FAILED, Owner.CLUB),
            (errors.MissingRight, Outcome.FAILED, Owner.CLUB),
            (errors.SetupMissing, Outcome.FAILED, Owner.CLUB),
            (errors.ConsentExpired, Outcome.FAILED, Owner.CLUB),
            (errors.MethodClosed, Outcome.FAILED, Owner.CLUB),
            (errors.HostMisconfigured, Outcome.FAILED, Owner.US),
            (errors.Unavailable, Outcome.UNTESTED, Owner.PROVIDER),
            (errors.UnexpectedAnswer, Outcome.UNTESTED, Owner.US),
        ],
    )
    def test_each_kind(
        self, kind: type[ProviderError], outcome: Outcome, owner: Owner, package: Package, http: Http
    ) -> None:
        error = kind(SAID, remedy=SAID, fields=("code",), path=("Beheer",), detail="why")
        line = only_line(package.of(says("a", error)), http)
        assert (line.outcome, line.owner, line.error) == (outcome, owner, kind.__name__)
        assert (line.problem, line.remedy, line.fields, line.path) == (SAID, SAID, ("code",), ("Beheer",))
        assert line.detail == "why"
        assert line.retry_after is None

    def test_a_limit_says_how_long(self, package: Package, http: Http) -> None:
        connector = package.of(says("a", RateLimited(SAID, retry_after=20)), says("b", Passed(), needs=("a",)))
        first, second = lines(connector, http)
        assert (first.outcome, first.owner, first.retry_after) == (Outcome.UNTESTED, Owner.PROVIDER, 20)
        assert (second.outcome, second.owner, second.retry_after) == (Outcome.UNTESTED, Owner.PROVIDER, 20)

    def test_a_broken_check_is_ours_and_tells_where_without_what_it_read(
        self, package: Package, http: Http, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        line = only_line(package.of(says("a", ValueError(f"cannot read {SECRET}"))), http)
        assert (line.outcome, line.owner, line.error, line.problem) == (
            Outcome.UNTESTED,
            Owner.US,
            "UnexpectedAnswer",
            OURS,
        )
        assert line.detail.startswith("ValueError in ")
        assert SECRET not in repr(line) + caplog.text

    def test_whatever_a_line_tells_holds_no_secret(self, package: Package, http: Http) -> None:
        told = Text(nl=f"nl {SECRET}", en="en made-up-key")
        connector = package.of(
            says("a", errors.InvalidCredentials(told, remedy=told, detail=SECRET * 200)),
            says("b", Warned(told, told, evidence={"one": SECRET, "many": (SECRET, "x"), "n": 1})),
            says("c", Passed(told)),
            says("d", NeedsPerson(told, told, told)),
            says("e", NotApplicable(told)),
        )
        for line in lines(connector, http):
            assert SECRET not in repr(line)
            assert "made-up-key" not in repr(line)
            assert len(line.detail) <= 500


class TestOrder:
    """Needs, one check alone, the daily ones."""

    CHECKS = (
        says("a", Passed(), daily=True),
        says("b", Passed(), needs=("a",)),
        says("c", Passed(), needs=("b",), daily=True),
        says("d", Passed()),
    )

    def test_lines_come_as_each_check_ends(self, package: Package, http: Http) -> None:
        reading = run(package.of(*self.CHECKS), LOGIN, KEYS, http)
        assert next(reading).check == "a"
        assert package.made == ["a"]
        assert [line.check for line in reading] == ["b", "c", "d"]

    @pytest.mark.parametrize(
        ("how", "keys"),
        [
            ({}, ["a", "b", "c", "d"]),
            ({"only": "c"}, ["a", "b", "c"]),
            ({"only": "d"}, ["d"]),
            ({"daily": True}, ["a", "b", "c"]),
        ],
    )
    def test_makes_what_was_asked_with_what_it_needs(
        self, how: dict[str, Any], keys: list[str], package: Package, http: Http
    ) -> None:
        connector = package.of(*self.CHECKS)
        assert [line.check for line in lines(connector, http, **how)] == keys
        assert package.made == keys
        assert [one.key for one in chosen(connector, **how)] == keys

    def test_at_night_a_check_may_ask_less(self, package: Package, http: Http) -> None:
        whole = says("whole", Passed(SAID), daily=True)
        connector = package.of(replace(whole, nightly=lambda session: Warned(SAID)))

        assert [line.outcome for line in lines(connector, http, daily=True)] == [Outcome.WARNING]
        assert [line.outcome for line in lines(connector, http)] == [Outcome.PASSED]

    def test_an_unknown_check_is_a_key_error(self, package: Package, http: Http) -> None:
        with pytest.raises(KeyError):
            lines(package.of(*self.CHECKS), http, only="nothing")

    @pytest.mark.parametrize(
        ("verdict", "outcome"),
        [
            (errors.InvalidCredentials(SAID), Outcome.UNTESTED),
            (errors.Unavailable(SAID), Outcome.UNTESTED),
            (Warned(SAID), Outcome.PASSED),
            (NeedsPerson(SAID), Outcome.PASSED),
            (NotApplicable(SAID), Outcome.PASSED),
        ],
    )
    def test_a_check_waits_for_what_stopped_and_for_nothing_else(
        self, verdict: Any, outcome: Outcome, package: Package, http: Http
    ) -> None:
        first = says("a", verdict)
        _, second, third = lines(
            package.of(first, says("b", Passed(), needs=("a",)), says("c", Passed(), needs=("b",))), http
        )
        assert (second.outcome, third.outcome) == (outcome, outcome)
        if outcome is Outcome.UNTESTED:
            assert package.made == ["a"]
            assert second.problem is not None
            assert "“A”" in second.problem.nl
            assert second.error is None
            assert third.problem is not None
            assert "“B”" in third.problem.nl

    def test_a_check_may_wait_for_a_later_one(self, package: Package, http: Http) -> None:
        later = says("later", errors.MissingRight(SAID))
        earlier = says("earlier", WaitsFor(later, Owner.CLUB))

        first, second = lines(package.of(earlier, later), http)

        assert (first.outcome, first.owner, first.error) == (Outcome.UNTESTED, Owner.CLUB, None)
        assert first.problem is not None
        assert first.problem.nl == "Nog niet getest: eerst moet “Later” in orde zijn."
        assert second.outcome is Outcome.FAILED


class TestSession:
    """Opened once, closed in any case."""

    def test_is_closed_after_the_last_line(self, package: Package, http: Http) -> None:
        lines(package.of(says("a", Passed()), says("b", errors.Unavailable(SAID))), http)
        assert (len(package.sessions), package.closed) == (1, 1)

    def test_is_closed_when_the_reader_stops(self, package: Package, http: Http) -> None:
        reading = run(package.of(says("a", Passed()), says("b", Passed())), LOGIN, KEYS, http)
        next(reading)
        reading.close()  # type: ignore[attr-defined]
        assert package.closed == 1
        assert package.made == ["a"]

    def test_a_failure_while_closing_is_no_verdict(
        self, package: Package, http: Http, caplog: pytest.LogCaptureFixture
    ) -> None:
        package.close_error = RuntimeError(SECRET)
        assert only_line(package.of(says("a", Passed())), http).outcome is Outcome.PASSED
        assert "RuntimeError" in caplog.text
        assert SECRET not in caplog.text

    @pytest.mark.parametrize(
        ("error", "outcome", "owner", "name"),
        [
            (errors.ConsentExpired(SAID), Outcome.FAILED, Owner.CLUB, "ConsentExpired"),
            (errors.Unavailable(SAID), Outcome.UNTESTED, Owner.PROVIDER, "Unavailable"),
            (ValueError(SECRET), Outcome.UNTESTED, Owner.US, "UnexpectedAnswer"),
        ],
    )
    def test_one_that_does_not_open_is_told_once(
        self, error: Exception, outcome: Outcome, owner: Owner, name: str, package: Package, http: Http
    ) -> None:
        package.open_error = error
        checks = (says("a", Passed()), says("b", Passed()), says("c", Passed(), needs=("b",)))
        first, second, third = lines(package.of(*checks, opens="b"), http)
        assert (second.outcome, second.owner, second.error) == (outcome, owner, name)
        for line in (first, third):
            assert (line.outcome, line.owner, line.error) == (Outcome.UNTESTED, owner, None)

        (alone,) = lines(package.of(*checks, opens="b"), http, only="a")
        assert alone.error == name


class TestFound:
    """Identity and options, as soon as the session is proven."""

    def test_learns_who_it_is(self, package: Package, http: Http) -> None:
        found = Found()
        lines(package.of(says("a", Passed())), http, found=found)
        assert found.identity == Identity("kb-1", "SV Voorbeeld")
        assert found.options == {}

    def test_lists_options_when_asked(self, package: Package, http: Http) -> None:
        found = Found(list_options=True)
        lines(package.of(says("a", Passed())), http, found=found)
        assert found.options == {"code": (Option("1", "One"),)}

    def test_learns_nothing_when_the_session_is_not_proven(self, package: Package, http: Http) -> None:
        found = Found(list_options=True)
        lines(package.of(says("a", errors.InvalidCredentials(SAID))), http, found=found)
        assert (found.identity, found.options) == (None, {})

    @pytest.mark.parametrize("error", [errors.Unavailable(SAID), ValueError(SECRET)])
    def test_a_list_that_does_not_come_is_no_verdict(
        self, error: Exception, package: Package, http: Http, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fails() -> tuple[Option, ...]:
            raise error

        package.option = fails
        found = Found(list_options=True)
        (line,) = lines(package.of(says("a", Passed())), http, found=found)
        assert line.outcome is Outcome.PASSED
        assert found.identity is not None
        assert SECRET not in caplog.text

    def test_a_run_without_asking_lists_nothing(self, package: Package, http: Http) -> None:
        package.option = lambda: pytest.fail("was listed")
        assert only_line(package.of(says("a", Passed())), http).outcome is Outcome.PASSED


def test_the_exchanges_of_a_check_are_on_its_line(package: Package, http: Http) -> None:
    def calls(session: Session) -> Verdict:
        with pytest.raises(errors.Unavailable):
            session.http.call("GET", f"https://{HOST}/{SECRET}", operation="books")
        return Passed()

    mapped = Http("Kasboek", [HOST], client=http._client, at={HOST: "http://127.0.0.1:9"})
    asking = replace(says("b", Passed()), probe=calls)
    first, second = lines(package.of(says("a", Passed()), asking), mapped)
    assert first.exchanges == ()
    assert [one.path for one in second.exchanges] == ["/••••••"]
    assert second.ms >= second.exchanges[0].ms
