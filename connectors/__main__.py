"""The packages on the command line: list, describe, check, sandbox."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from connectors import BrokenPackage, find
from connectors.kit.authorization import CONSENT, handed_in
from connectors.kit.connector import Connector
from connectors.kit.credentials import Credentials
from connectors.kit.description import describe, summarise, tell
from connectors.kit.handed_in import Misused, credentials, texts
from connectors.kit.http import Http, is_below, open_client, parse_at
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.run import run
from connectors.kit.sandbox import at_sandbox, emulators, serve
from connectors.kit.text import Text
from connectors.kit.tokens import Tokens
from connectors.kit.tokens_file import TokensFile

ALL_WELL, FAILED, MISUSED, NOT_TESTED = 0, 1, 2, 3
MARKS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.WARNING: "!",
    Outcome.PERSON: "?",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.UNTESTED: "…",
}
WORDS = {
    Outcome.PASSED: Text(nl="in orde", en="passed"),
    Outcome.FAILED: Text(nl="niet in orde", en="failed"),
    Outcome.WARNING: Text(nl="let op", en="warning"),
    Outcome.PERSON: Text(nl="vraag aan een mens", en="for a person"),
    Outcome.NOT_APPLICABLE: Text(nl="niet van toepassing", en="does not apply"),
    Outcome.UNTESTED: Text(nl="niet getest", en="not tested"),
}
UNKNOWN = Text(nl="Er is geen pakket {key}. Kies uit: {keys}", en="There is no package {key}. Choose from: {keys}")
HOST_KEYS = Text(
    nl="{package} vraagt ook eigen sleutels van de host: --host-input met {keys}",
    en="{package} asks for the host's own keys as well: --host-input with {keys}",
)
NO_HOST = Text(nl="{package} heeft geen host {host}; wel: {hosts}", en="{package} has no host {host}, but {hosts}")
NO_TOKENS = Text(
    nl="--tokens is niet van toepassing: {package} werkt met codes, niet met toestemming",
    en="--tokens does not apply: {package} works with codes, not with consent",
)
AS_CONSENT = Text(
    nl='geef een code als "authorization", met "code" en "redirect_uri"',
    en='give a code as "authorization", with "code" and "redirect_uri"',
)
NO_PORT = Text(nl="Poort {port} is niet vrij. Kies een andere met --port", en="Port {port} is taken: choose --port")
STANDS = Text(
    nl="Sandboxen op {url} (Ctrl-C stopt ze). Test ertegen met:",
    en="Sandboxes at {url} (Ctrl-C stops them). Test against them with:",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except Misused as misused:
        for message in misused.messages:
            print(message.in_(options.lang), file=sys.stderr)
    except BrokenPackage as broken:
        print(broken, file=sys.stderr)
    return MISUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m connectors", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="list|describe|check|sandbox")

    def add(name: str, command: Callable[[argparse.Namespace], int], says: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=says, description=says)
        one.set_defaults(command=command)
        one.add_argument("--lang", choices=("nl", "en"), default="nl", help="language of what people read")
        if name != "sandbox":
            one.add_argument("--json", action="store_true", help="for programs")
        return one

    add("list", _list, "which packages there are")
    one = add("describe", _describe, "what a package asks, tells and checks")
    one.add_argument("key", metavar="KEY")
    one.add_argument("--sandbox", action="store_true", help="with the host keys that its sandbox accepts")
    one = add("check", _check, "test codes against a package, one line a check; exit 0, 1 (failed), 3 (untested) or 2")
    one.add_argument("key", metavar="KEY")
    one.add_argument("--input", required=True, metavar="FILE", help="JSON object of the fields; - reads it here")
    one.add_argument("--host-input", metavar="FILE", help="JSON object of the host's own keys")
    one.add_argument("--tokens", metavar="FILE", help="where the tokens of a consent are kept (mode 0600)")
    one.add_argument("--sandbox", action="store_true", help="against the package's sandbox")
    one.add_argument("--at", action="append", default=[], metavar="HOST=URL", help="send a real host name elsewhere")
    one = add("sandbox", _sandbox, "all sandboxes on one port, each under /<real host name>/")
    one.add_argument("--port", type=int, default=8900, help="0 takes a free one")
    one.add_argument("--latency", type=float, default=0.0, metavar="MS", help="wait before each answer")
    return parser


def _list(options: argparse.Namespace) -> int:
    packages = list(find().values())
    if options.json:
        print(json.dumps([summarise(connector) for connector in packages], ensure_ascii=False))
        return ALL_WELL
    for connector in packages:
        print(f"{connector.key:20} {connector.name:20} {connector.summary.in_(options.lang)}")
    return ALL_WELL


def _describe(options: argparse.Namespace) -> int:
    connector = _package(options.key)
    if options.json:
        print(json.dumps(describe(connector, sandbox_keys=options.sandbox), ensure_ascii=False))
        return ALL_WELL
    for line in _described(connector, options.lang):
        print(line)
    for key, value in connector.sandbox().host_input.items() if options.sandbox else ():
        print(f"  {key}: {value}")
    return ALL_WELL


def _described(connector: Connector, language: str) -> list[str]:
    fields = connector.login.fields()
    return [
        f"{connector.name} ({connector.key}): {connector.summary.in_(language)}",
        *(f"  {host}" for host in connector.hosts),
        "",
        *(f"  {spec.key:22} {spec.label.in_(language)}{'' if spec.required else ' *'}" for spec in fields),
        "",
        *(f"  {number}. {step.text.in_(language)}" for number, step in enumerate(connector.guide.steps, 1)),
        "",
        *(f"  {check.key:22} {check.title.in_(language)}" for check in connector.checks),
        "",
        *(f"  {club.name:22} {club.says.in_(language)}" for club in connector.sandbox().clubs),
    ]


def _check(options: argparse.Namespace) -> int:
    connector = _package(options.key)
    at = _at(connector, options.at)
    file = _tokens_file(connector, options)
    kept = file.read() if file is not None else None
    raw = _handed_in(connector, options, kept)
    login, hints = credentials(connector.login, raw, connector.look_over)
    for hint in hints:
        print(hint.in_(options.lang), file=sys.stderr)
    host = _host(connector, options)
    with ExitStack() as stack:
        if options.sandbox:
            server = serve(emulators([connector]))
            stack.callback(server.shutdown)
            at = at_sandbox([connector], server.url) | at
        client = stack.enter_context(open_client())
        http = Http(connector.name, connector.hosts, client=client, at=at, family=connector.family)
        http.bearer = handed_in(connector, login, host, http, file.keep if file is not None else None, kept)
        outcomes = set()
        for line in run(connector, login, host, http):
            _print(line, options)
            if line.mandatory:
                outcomes.add(line.outcome)
    if Outcome.FAILED in outcomes:
        return FAILED
    return NOT_TESTED if Outcome.UNTESTED in outcomes else ALL_WELL


def _tokens_file(connector: Connector, options: argparse.Namespace) -> TokensFile | None:
    if not options.tokens:
        return None
    if connector.oauth is None:
        print(NO_TOKENS.format(package=connector.name).in_(options.lang), file=sys.stderr)
        return None
    return TokensFile(Path(options.tokens))


def _handed_in(connector: Connector, options: argparse.Namespace, kept: Tokens | None) -> dict[str, str]:
    """The texts of ``--input``; a consent may be left out of it when a file keeps its tokens."""
    raw = texts("--input", options.input, connector.login, connector.name)
    for spec in connector.login.fields():
        if spec.kind == "code" and raw[spec.key]:
            raise Misused(Text(nl=f"{spec.key}: {AS_CONSENT.nl}", en=f"{spec.key}: {AS_CONSENT.en}"))
    if kept is not None and not raw[CONSENT]:
        raw[CONSENT] = kept.as_text()
    return raw


def _print(line: Line, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(tell(line, options.lang), ensure_ascii=False), flush=True)
        return
    word = WORDS[line.outcome].in_(options.lang)
    print(f"{MARKS[line.outcome]} {line.title.in_(options.lang)}: {word}", flush=True)
    for text in (line.says, line.problem, line.remedy, line.asks_club or line.question):
        if text is not None:
            print(f"    {text.in_(options.lang)}", flush=True)


def _package(key: str) -> Connector:
    packages = find()
    if key not in packages:
        raise Misused(UNKNOWN.format(key=key, keys=", ".join(packages)))
    return packages[key]


def _at(connector: Connector, entries: Sequence[str]) -> dict[str, str]:
    try:
        at = parse_at(entries)
    except ValueError as error:
        raise Misused(Text(nl=f"--at: {error}", en=f"--at: {error}")) from None
    hosts = ", ".join([*connector.hosts, *([f"*.{connector.family}"] if connector.family else [])])
    strange = [host for host in at if host not in connector.hosts and not is_below(host, connector.family)]
    if strange:
        raise Misused(*(NO_HOST.format(package=connector.name, host=host, hosts=hosts) for host in strange))
    return at


def _host(connector: Connector, options: argparse.Namespace) -> Credentials | None:
    if connector.host is None:
        return None
    if options.host_input:
        raw = texts("--host-input", options.host_input, connector.host, connector.name)
    elif options.sandbox:
        raw = dict(connector.sandbox().host_input)
    elif connector.host_optional:
        return None
    else:
        keys = ", ".join(spec.key for spec in connector.host.fields())
        raise Misused(HOST_KEYS.format(package=connector.name, keys=keys))
    return credentials(connector.host, raw)[0]


def _sandbox(options: argparse.Namespace) -> int:
    packages = list(find().values())
    try:
        server = serve(emulators(packages, max(options.latency, 0.0) / 1000), options.port)
    except (OSError, OverflowError):
        raise Misused(NO_PORT.format(port=options.port)) from None
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    print(STANDS.format(url=server.url).in_(options.lang))
    for host, url in at_sandbox(packages, server.url).items():
        print(f"  --at {host}={url}")
    sys.stdout.flush()
    stopped.wait()
    server.shutdown()
    return ALL_WELL


if __name__ == "__main__":
    sys.exit(main())
