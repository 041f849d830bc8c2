"""Text a person reads, in both languages at once."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("nl", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Dutch and English; ``str()`` gives the Dutch."""

    nl: str
    en: str

    def in_(self, language: str) -> str:
        """The text in ``language`` ("nl" or "en"); Dutch for anything else."""
        return self.en if language == "en" else self.nl

    def format(self, **values: object) -> Text:
        """A copy with ``{name}`` filled in on both sides."""
        return Text(nl=self.nl.format(**values), en=self.en.format(**values))

    def __str__(self) -> str:
        return self.nl
