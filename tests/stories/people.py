"""The cast as navigators: what each does in the product, by the words that they read on the screen."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import connectors
from demo.cast import EVERYBODY, PASSWORD, Person
from tests.made_up import PACKAGE, made_up
from tests.stories.eyes import troubles
from tests.stories.stand import Stand

PATIENCE = 15_000
"""Milliseconds that somebody waits for something to appear."""
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Navigator:
    """Somebody with a browser of their own. ``seen`` are the kinds of pages that their eyes went over."""

    def __init__(self, person: Person, stand: Stand, chromium: Browser) -> None:
        self.person = person
        self.stand = stand
        self._chromium = chromium
        self.context = self._device()
        self.page = self._open_page()

    @classmethod
    def enters(cls, name: str, stand: Stand, chromium: Browser) -> Iterator[Self]:
        """Signs in, and closes the browser at the end of the story."""
        somebody = cls(next(person for person in EVERYBODY if person.first_name == name), stand, chromium)
        somebody.signs_in()
        yield somebody
        somebody.context.close()

    def _device(self, *, phone: bool = False, javascript: bool = True) -> BrowserContext:
        return self._chromium.new_context(
            base_url=self.stand.address,
            locale=f"{self.person.language}-NL",
            timezone_id="Europe/Amsterdam",
            viewport=PHONE if phone else WIDE,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )

    def _open_page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if "Content Security" in line.text else None)
        return page

    def takes_another_device(self, *, phone: bool = False, javascript: bool = True) -> None:
        """Closes this browser and goes on with an empty one, signed in."""
        self.takes_a_phone(phone=phone, javascript=javascript)
        self.signs_in()

    def takes_a_phone(self, *, phone: bool = True, javascript: bool = True) -> None:
        """Closes this browser and goes on with an empty one, as nobody in particular."""
        self.context.close()
        self.context = self._device(phone=phone, javascript=javascript)
        self.page = self._open_page()

    def signs_in(self) -> None:
        """With e-mail address and password."""
        self.goes("/account/aanmelden")
        self.page.locator("#f-email").fill(self.person.email)
        self.page.locator("#f-password").fill(PASSWORD)
        self.page.locator("button[value=password]").click()
        expect(self.page.locator("header form button").last).to_be_visible(timeout=PATIENCE)

    def speaks(self, language: str) -> None:
        """Switches at the foot of the page, when it speaks something else."""
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator("footer").get_by_role("button").first.click()
            expect(self.page.locator("html")).to_have_attribute("lang", language, timeout=PATIENCE)

    def goes(self, path: str) -> int:
        """Opens an address; the status of its answer."""
        answer = self.page.goto(f"{self.stand.address}{path}" if path.startswith("/") else path)
        assert answer is not None
        return answer.status

    def presses(self, word: str) -> None:
        """A button with this word."""
        self.page.get_by_role("button", name=word, exact=True).filter(visible=True).first.click()

    def follows(self, word: str) -> None:
        """A link with this word."""
        self.page.get_by_role("link", name=word, exact=True).filter(visible=True).first.click()

    def arrives(self, address: str) -> None:
        """Until the address of the page matches, and the page is there."""
        expect(self.page).to_have_url(re.compile(address), timeout=PATIENCE)
        self.page.wait_for_load_state()

    def reads(self, text: str | re.Pattern[str], *, within: str = "main") -> Locator:
        """Waits until the text stands on the page; where."""
        found = self.page.locator(within).get_by_text(text).filter(visible=True).first
        expect(found).to_be_visible(timeout=PATIENCE)
        return found

    def does_not_read(self, text: str) -> None:
        """The text stands nowhere on the page."""
        expect(self.page.locator("body")).not_to_contain_text(text)

    def turn(self) -> str:
        """What the one line says."""
        return self.page.locator("#turn, .turn").first.inner_text()

    def waits_for_the_turn(self, words: str | re.Pattern[str]) -> None:
        """Until the one line says so."""
        expect(self.page.locator(".turn").first).to_contain_text(words, timeout=PATIENCE)

    def waits_until_it_reads(self, path: str, text: str, *, within: str = "main", seconds: float = 30.0) -> None:
        """Opens a page anew until the text stands there."""
        end = time.monotonic() + seconds
        while True:
            self.goes(path)
            if text in self.page.locator(within).inner_text():
                return
            assert time.monotonic() < end, self.page.locator(within).inner_text()
            time.sleep(0.4)

    def consents_as(self, club: str) -> None:
        """On the emulated page of a package: the button of a made-up club, or "refuse"."""
        self.arrives(r"^http://127\.0\.0\.1:")
        self.page.locator("button[name=refuse]" if club == "refuse" else f"button[name=club][value={club}]").click()
        self.arrives(rf"^{re.escape(self.stand.address)}/")

    def has_no_trouble_reading(self) -> None:
        """The page as it stands is fit for every reader, and nothing broke in the browser."""
        assert troubles(self.page) == []
        assert self.complaints == []


class Member(Navigator):
    """Somebody of a club."""

    def starts(self, package: str = PACKAGE) -> int:
        """Adds an item on the board, up to the step of preparing; its number."""
        self.goes("/p-w/")
        self.follows("Item toevoegen")
        self.presses(f"Koppel {connectors.get(package).name}")
        self.arrives(r"/p-w/\d+/")
        return self.number()

    def number(self) -> int:
        """The number of the item whose page is open."""
        found = re.search(r"/p-w/(\d+)", self.page.url)
        assert found, self.page.url
        return int(found[1])

    def prepares(self) -> None:
        """Ticks off what is to be done beforehand, and goes on."""
        for box in self.page.locator("main input[type=checkbox]").all():
            box.check()
        self.page.locator("button[value=next]").click()
        self.arrives(r"/codes$")

    def number_on_the_board(self) -> int:
        """The number of the item that stands first on the board."""
        first = self.page.locator("ul.board a").first.get_attribute("href")
        assert first is not None
        return int(first.rstrip("/").rpartition("/")[2])

    def fills_in(self, values: Mapping[str, str]) -> None:
        """The fields of the form that have a value here; a secret is typed where it is asked."""
        for folded in self.page.locator("main form > details:not([open]) > summary").all():
            folded.click()
        for key, value in values.items():
            field = self.page.locator(f"#f-{key}")
            if field.count() and field.is_visible():
                field.fill(value)

    def tests(self) -> None:
        """Presses the button under the codes, and waits for the end of the test."""
        self.presses("Test de koppeling")
        self.arrives(r"/testen$|/p-w/\d+$")
        self.waits_for_the_end()

    def waits_for_the_end(self) -> None:
        """Until no check is under way any more."""
        expect(self.page.locator("ul.checks")).not_to_have_attribute("aria-busy", "true", timeout=PATIENCE)
        expect(self.page.locator(".turn").first).not_to_contain_text("We testen nu", timeout=PATIENCE)

    def check(self, key: str) -> Locator:
        """One item of the checklist."""
        return self.page.locator(f"#check-{key}")

    def states(self, check: str) -> None:
        """Gives the club's word on what no machine can see."""
        item = self.check(check)
        item.get_by_role("checkbox").check()
        item.get_by_label("Je naam").fill(self.person.name)
        item.get_by_label(re.compile("Datum")).fill("03-11-2026")
        item.get_by_role("button", name="Ik bevestig dit").click()

    def drafts(self, club: str, package: str = PACKAGE, **other: str) -> int:
        """Starts, prepares, fills in the codes of a made-up club and tests them; the number."""
        number = self.starts(package)
        self.prepares()
        self.fills_in(made_up(club, package, **other))
        self.tests()
        return number

    def sends(self) -> None:
        """Goes to the last step and sends it to support."""
        self.goes(f"/p-w/{self.number()}/versturen")
        self.presses("Verstuur naar de helpdesk")
        self.arrives(r"/verstuurd$")

    def files(self, club: str, package: str = PACKAGE, **other: str) -> int:
        """The whole way from the board to support; the number."""
        number = self.drafts(club, package, **other)
        self.sends()
        return number

    def opens(self, number: int) -> None:
        """The item's own page."""
        assert self.goes(f"/p-w/{number}") == 200


class Support(Navigator):
    """Somebody of the help desk."""

    def opens(self, number: int) -> None:
        """The workspace of an item."""
        assert self.goes(f"/support/tickets/{number}") == 200

    def takes(self, number: int) -> None:
        """Opens an item and takes it on."""
        self.opens(number)
        self.presses("Pak op")
        self.reads("Dit ticket is nu van jou")
        self.page.wait_for_load_state()

    def check(self, key: str) -> Locator:
        """One item of the checklist."""
        return self.page.locator(f"#check-{key}")

    def confirms(self, check: str, note: str) -> None:
        """Support's word on what no machine can tell."""
        item = self.check(check)
        item.get_by_text("Bevestig met notitie").click()
        item.get_by_label("Wat heb je vergeleken?").fill(note)
        item.get_by_role("button", name="Bevestigen").click()
        expect(self.check(check)).to_contain_text(note, timeout=PATIENCE)

    def confirms_what_is_left(self, note: str) -> None:
        """Every item that still waits for support's word."""
        waiting = [item.get_attribute("id") or "" for item in self.page.locator("ul.checks > li.person").all()]
        for item in waiting:
            self.confirms(item.removeprefix("check-"), note)

    def lets_pass(self, check: str, reason: str) -> None:
        """A lead's override."""
        item = self.check(check)
        item.get_by_text("Laat door als teamleider").click()
        item.get_by_label("Waarom mag dit door?").fill(reason)
        item.get_by_role("button", name="Laat door", exact=True).click()
        expect(self.check(check)).to_contain_text(reason, timeout=PATIENCE)

    def asks_the_club(self) -> str:
        """Sends what is filled in from the failed items; the text."""
        self.follows("Vraag de club")
        text = self.page.locator("#ask-text").input_value()
        self.has_no_trouble_reading()
        self.presses("Vraag de club")
        self.waits_for_the_turn("De club is aan zet")
        return text

    def decides(self, word: str, text: str = "") -> None:
        """Opens a decision by its word, and makes it in the box that opens."""
        self.follows(word)
        box = self.page.locator("#decide")
        if text:
            box.locator("textarea").fill(text)
        self.has_no_trouble_reading()
        box.get_by_role("button").first.click()

    def activates(self, number: int) -> None:
        """Activates an item; two clicks, never by accident."""
        self.opens(number)
        self.decides("Activeren")
        self.waits_for_the_turn("De koppeling is actief")

    def replies(self, text: str) -> None:
        """Writes in the box that the club reads."""
        self.page.locator("#box-reply").check()
        self.page.locator("#reply-text").fill(text)
        self.presses("Antwoord versturen")

    def notes(self, text: str) -> None:
        """Writes in the box that the club never sees."""
        self.page.locator("#box-note").check()
        self.page.locator("#note-text").fill(text)
        self.presses("Notitie bewaren")
