"""A file that keeps the tokens of one consent for the command line; nobody else can read it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from connectors.kit.handed_in import Misused
from connectors.kit.text import Text
from connectors.kit.tokens import Tokens, read_tokens

NO_TOKENS = Text(
    nl="--tokens: {path} bestaat, maar bevat geen tokens", en="--tokens: {path} is there, but holds no tokens"
)
NO_PLACE = Text(nl="--tokens: {path} kan niet worden geschreven: {why}", en="--tokens: {path} cannot be written: {why}")


@dataclass(frozen=True, slots=True)
class TokensFile:
    """The file at ``path``. What it holds is newer than what is handed in beside it."""

    path: Path

    def read(self) -> Tokens | None:
        """The tokens; None when there is no file yet. Raises ``Misused`` for a file that cannot be used."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self._try_out()
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise _misused(NO_PLACE, self.path, error) from None
        try:
            tokens = read_tokens(text, datetime.now(UTC))
        except ValueError:
            raise Misused(NO_TOKENS.format(path=self.path)) from None
        self._try_out()
        return tokens

    def keep(self, tokens: Tokens) -> None:
        """Put a pair in the file's place, whole or not at all, and on the disk before this returns."""
        beside = self._beside()
        with os.fdopen(_opened(beside), "w", encoding="utf-8") as file:
            file.write(tokens.as_text())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        folder = os.open(self.path.resolve().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _try_out(self) -> None:
        """Find out before any refresh token is spent that the next pair can be stored."""
        try:
            os.close(_opened(self._beside()))
            self._beside().unlink()
        except OSError as error:
            raise _misused(NO_PLACE, self.path, error) from None

    def _beside(self) -> Path:
        return self.path.with_name(f"{self.path.name}.new")


def _opened(path: Path) -> int:
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _misused(text: Text, path: Path, error: Exception) -> Misused:
    return Misused(text.format(path=path, why=getattr(error, "strerror", None) or type(error).__name__))
