"""A process of the storm: many callers at once want the token of one consent; says how long each waited."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time

from onboarding import create_app
from onboarding.usecases.refreshing import Kept


def main(consent_id: int, callers: int) -> None:
    """Wait for a line, let all of them loose, and print what came of it as one JSON object."""
    app = create_app()
    loose, waited, tokens, errors = threading.Event(), [], set(), []

    def call(number: int) -> None:
        with app.app_context():
            loose.wait()
            began = time.perf_counter()
            try:
                access = Kept(consent_id, f"user:{number}", "storm").alive().access_token
                tokens.add(hashlib.sha256(access.encode()).hexdigest())
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                errors.append(type(error).__name__)
            waited.append(time.perf_counter() - began)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(callers)]
    for thread in threads:
        thread.start()
    with app.app_context():
        from onboarding.db import db

        db.engine.connect().close()
    print("ready", flush=True)
    sys.stdin.readline()
    loose.set()
    for thread in threads:
        thread.join()
    print(json.dumps({"waited": waited, "tokens": sorted(tokens), "errors": errors}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
