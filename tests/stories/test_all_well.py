"""The main job: a club files, support activates."""

from __future__ import annotations

from tests.stories.people import Member


def test_ans_files_and_all_is_well(ans: Member) -> None:
    number = ans.files("goed")
    ans.opens(number)
    ans.has_no_trouble_reading()
