"""A run that a fault of ours keeps from ending is stopped, and can be asked for again."""

from __future__ import annotations

import pytest

from onboarding.checks.models import RunState
from onboarding.usecases import recording, running
from tests.unit.usecases.conftest import Desk


def test_a_run_that_cannot_end_is_stopped_and_can_be_asked_for_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    number = desk.drafts()
    run_id = running.request(desk.ans, number)
    with monkeypatch.context() as broken:
        broken.setattr(running, "way_out", breaks)
        with pytest.raises(RuntimeError, match="a fault of ours"):
            running.perform(run_id)
    assert desk.runs(number)[0].state is RunState.RUNNING

    recording.break_off(run_id)
    recording.break_off(run_id)
    recording.break_off("no-such-run")

    assert desk.runs(number)[0].state is RunState.STOPPED
    again = running.request(desk.ans, number)
    assert again != run_id
    running.perform(again)
    assert desk.runs(number)[-1].state is RunState.ENDED
