"""The text with which support asks a club to put something right, made of the failed items; support edits it."""

from __future__ import annotations

from flask_babel import gettext as _

from connectors.kit.errors import Owner
from onboarding.checks.checklist import Checklist, Item, Standing
from onboarding.i18n import in_language, path, said


def ask_text(checklist: Checklist, language: str) -> str:
    """The whole message in the club's language; empty when there is nothing of the club to put right."""
    items = _to_ask(checklist)
    if not items:
        return ""
    with in_language(language):
        paragraphs = [
            _("Hello,"),
            _("We tested the connection with %(package)s. This is not in order yet:", package=checklist.connector.name),
            *(item_text(item) for item in items),
            _("Done? Press “Done, test again” in this item. Whatever is in order stays as it is."),
        ]
    return "\n\n".join(paragraphs)


def item_texts(checklist: Checklist, language: str) -> dict[str, str]:
    """What the club could be asked of each item that it has to put right, in its language, by check."""
    with in_language(language):
        return {item.key: item_text(item) for item in _to_ask(checklist)}


def _to_ask(checklist: Checklist) -> list[Item]:
    return list(checklist.causes(Owner.CLUB))


def item_text(item: Item) -> str:
    """What the club reads of one item, in the current language: problem, way to solve it, place in the package."""
    lines = [f"• {said((item.title_nl, item.title_en))}"]
    if item.standing is Standing.ASKS_CLUB:
        lines.append(_("Please confirm this in the checklist."))
    elif item.line is not None:
        parts = (item.line.texts.get("problem"), item.line.texts.get("remedy"))
        lines += list(dict.fromkeys(said(part) for part in parts if part))
        if item.line.path:
            lines.append(path(item.line.path))
    return "\n".join(lines)
