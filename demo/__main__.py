"""`make demo`: the product and the emulated packages, with made-up people and tickets, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from demo import cast, issuer, place
from demo.place import Place
from demo.processes import ROOT, DidNotStart, Process, free_port, is_taken, run_to_end, start_emulators, start_product

FOLDER = ROOT / "var" / "demo"
LATENCY = 120
"""Milliseconds that an emulated package takes, so that a checklist can be seen at work."""


def main() -> int:
    """Start both processes, fill them once, and wait; 1 when something did not start."""
    asked = _arguments()
    if is_taken(asked.port):
        print(f"Port {asked.port} is in use. Take another one: make demo PORT={asked.port + 1}", file=sys.stderr)
        return 1
    here = Place(asked.folder, f"http://127.0.0.1:{asked.port}", f"http://127.0.0.1:{free_port()}")
    running: list[Process] = []
    try:
        _start(here, asked, running)
        _tell(here)
        _wait(running)
    except DidNotStart as problem:
        print(f"The demo did not start.\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was entered stays in", here.folder)
    finally:
        for process in reversed(running):
            process.stop()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--port", type=int, default=5000, help="where the product answers (5000)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the demo keeps its things (var/demo)")
    parser.add_argument("--fresh", action="store_true", help="throw away what was entered before")
    return parser.parse_args()


def _start(here: Place, asked: argparse.Namespace, running: list[Process]) -> None:
    place.make(here, fresh=asked.fresh)
    print("Starting Koppelbalie and the emulated packages …", flush=True)
    demo = {"DEMO_MAILS": str(here.mails), "DEMO_EMULATORS": here.emulators}
    environment = {**here.environment(**issuer.settings(f"{here.address}/demo/issuer")), **demo}
    emulators_port = int(here.emulators.rpartition(":")[2])
    running.append(start_emulators(emulators_port, environment, here.folder / "emulators.log", latency=LATENCY))
    run_to_end([sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"], environment)
    aside = {**environment, "KOPPELBALIE_EMBEDDED_WORKER": "false"}
    if not here.seeded.exists():  # before the mails leave: a mail that leaves makes its link anew
        run_to_end([sys.executable, "-m", "demo.seed"], aside)
    running.append(start_product(asked.port, environment, here.folder / "app.log", app="demo.app:app"))
    running[0].wait_for(f"{here.emulators}/soap.e-boekhouden.nl/soap.asmx?WSDL")
    running[1].wait_for(f"{here.address}/readyz")
    if not here.seeded.exists():
        print("Filling it with made-up tickets, once …", flush=True)
        run_to_end([sys.executable, "-m", "demo.tickets"], aside)
        here.seeded.touch()


def _tell(here: Place) -> None:
    width = max(len(person.email) for person in cast.EVERYBODY)
    print(f"\n  Koppelbalie is ready: {here.address}\n  Start here:           {here.address}/demo/\n")
    print(f"  Everybody's made-up password: {cast.PASSWORD}\n")
    for person in cast.EVERYBODY:
        print(f"  {person.email:<{width}}  {person.name}, {person.comes_to}")
    print("\n  /demo/ has credentials to try, the mails, and a switch for an outage. Ctrl-C stops.\n", flush=True)


def _wait(running: list[Process]) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    while all(process.is_running for process in running):
        signal.sigtimedwait([], 1)
    raise DidNotStart("One of the two processes ended by itself; its log is in var/demo.")


if __name__ == "__main__":
    sys.exit(main())
