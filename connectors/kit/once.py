"""A question that is asked once in a session, however many checks want its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from connectors.kit.errors import ProviderError

T = TypeVar("T")


class Once(Generic[T]):
    """Reads at the first call; later calls give the same value or raise the same error."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._values: list[T] = []
        self._error: ProviderError | None = None

    def __call__(self) -> T:
        if self._error is not None:
            raise self._error
        if not self._values:
            try:
                self._values.append(self._read())
            except ProviderError as error:
                self._error = error
                raise
        return self._values[0]
