"""The main job: a club files, the machine proves, support confirms and activates."""

from __future__ import annotations

from demo.cast import ANS
from tests.stories.people import Member, Support
from tests.stories.stand import Stand


def test_ans_files_and_bram_activates(stand: Stand, ans: Member, bram: Support) -> None:
    number = ans.files("goed")
    ans.has_no_trouble_reading()
    ans.opens(number)
    assert "Wij zijn aan zet" in ans.turn()
    ans.has_no_trouble_reading()

    assert bram.goes("/support/") == 200
    bram.reads(str(number))
    bram.has_no_trouble_reading()
    bram.takes(number)
    bram.has_no_trouble_reading()
    bram.confirms("administration_code", "Vergeleken met het dossier van de club.")
    bram.activates(number)
    bram.has_no_trouble_reading()

    ans.opens(number)
    assert "De koppeling is actief" in ans.turn()
    ans.has_no_trouble_reading()
    ans.goes("/instellingen/clubinstellingen/boekhouding")
    ans.reads("Gekoppeld")
    ans.has_no_trouble_reading()
    stand.waits_for_mail(ANS.email, "ontvangen")
    stand.waits_for_mail(ANS.email, "is gekoppeld")


def test_nothing_is_activated_while_a_person_has_to_confirm(ans: Member, bram: Support) -> None:
    number = ans.files("goed")

    bram.takes(number)
    assert bram.page.get_by_role("button", name="Activeren").is_disabled()
    bram.reads("Administratiecode")
