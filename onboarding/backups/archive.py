"""The file of a back-up: the copy, compressed, and its manifest; whole, or not there."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from onboarding.backups.refusals import Unusable

CONTENT, MANIFEST = "database", "manifest.json"
_PART = 1 << 20
_LARGEST_MANIFEST = 64 * 1024


def measure(path: Path) -> tuple[int, str]:
    """The size in bytes and the SHA-256 of a file."""
    with path.open("rb") as file:
        return _copy(file, None)


def write_archive(target: Path, content: Path, manifest: bytes) -> None:
    """Write ``target`` from a copy and its manifest. It has its name only when all of it is on the disk.

    Raises ``OSError``; then nothing is left behind.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        with _created(part) as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.write(content, CONTENT)
                archive.writestr(MANIFEST, manifest)
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    _keep_name(target.parent)


def read_archive(source: Path) -> bytes:
    """The manifest of a back-up's file. Raises ``Unusable``."""
    with _opened(source) as archive:
        if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise Unusable("its manifest is damaged, or was made by something else")
        return archive.read(MANIFEST)


def extract(source: Path, target: Path, size: int, sha256: str) -> None:
    """Write the copy in a back-up to ``target``, when it has this size and hash. Raises ``Unusable`` or ``OSError``."""
    with _opened(source) as archive, archive.open(CONTENT) as packed, _created(target) as file:
        found = _copy(packed, file.write)  # type: ignore[arg-type]  # a file for reading, though not declared as one
        os.fsync(file.fileno())
    if found != (size, sha256):
        raise Unusable("what is in it is not what was saved: it was changed or damaged")


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except FileNotFoundError:
        raise Unusable("there is no such file") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError):
        raise Unusable("it is cut off or damaged, or no back-up of Koppelbalie") from None


@contextmanager
def _created(path: Path) -> Iterator[BinaryIO]:
    """A new file for the owner alone."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w+b") as file:
        yield file


def _copy(source: BinaryIO, write: Callable[[bytes], object] | None) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while part := source.read(_PART):
        digest.update(part)
        size += len(part)
        if write is not None:
            write(part)
    return size, digest.hexdigest()


def _keep_name(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
