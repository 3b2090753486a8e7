"""One backup is one tar file: the database, the pictures, and at its end a list of all with sizes and checksums."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
DATABASE, MANIFEST, MEDIA = "database", "manifest.json", "media/"
PIECE = 1024 * 1024


class BackupRefused(Exception):
    """This can't be backed up or restored now; the words say why and what to do."""


@dataclass
class Manifest:
    """What a backup holds: `files` has each member's size and SHA-256."""

    made_at: str
    vendor: str
    migrations: list[str]
    format: int = FORMAT
    files: dict[str, tuple[int, str]] = field(default_factory=dict)


class _Measured(io.RawIOBase):
    """A file that is counted and summed up while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._sum, self.size = source, hashlib.sha256(), 0

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(size)
        self._sum.update(piece)
        self.size += len(piece)
        return piece

    @property
    def told(self) -> tuple[int, str]:
        return self.size, self._sum.hexdigest()


def write(target: Path, *, database: Path, media: Path, manifest: Manifest) -> None:
    """Write the file, flushed to the disk; pictures that vanish meanwhile are of drafts and are left out."""
    with target.open("wb") as raw:
        with tarfile.open(fileobj=raw, mode="w") as tar:
            _add(tar, DATABASE, database, manifest)
            for path in sorted(media.rglob("*")):
                if path.is_file():
                    _add(tar, f"{MEDIA}{path.relative_to(media)}", path, manifest)
            _add_manifest(tar, manifest)
        raw.flush()
        os.fsync(raw.fileno())


def _add(tar: tarfile.TarFile, name: str, path: Path, manifest: Manifest) -> None:
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return
    with source:
        info = tar.gettarinfo(arcname=name, fileobj=source)
        measured = _Measured(source)
        tar.addfile(info, measured)
    manifest.files[name] = measured.told


def _add_manifest(tar: tarfile.TarFile, manifest: Manifest) -> None:
    words = json.dumps(asdict(manifest), indent=1).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size = len(words)
    tar.addfile(info, io.BytesIO(words))


def check(file: Path) -> Manifest:
    """Read a backup from beginning to end. Raises BackupRefused unless each member is as its manifest says."""
    found: dict[str, tuple[int, str]] = {}
    words = _each_member(file, lambda name, source: found.update({name: _measure(source)}))
    if words is None:
        msg = f"{file} is not a whole backup: its list of contents is missing"
        raise BackupRefused(msg)
    manifest = Manifest(**words)
    manifest.files = {name: (size, checksum) for name, (size, checksum) in manifest.files.items()}
    if manifest.format != FORMAT:
        msg = f"{file} is of format {manifest.format}; this portal reads {FORMAT}"
        raise BackupRefused(msg)
    if wrong := sorted(name for name in {*found, *manifest.files} if found.get(name) != manifest.files.get(name)):
        msg = f"{file} is damaged: {', '.join(wrong[:3])}"
        raise BackupRefused(msg)
    return manifest


def unpack(file: Path, *, database: Path, media: Path) -> None:
    """Put the database's file to `database` and each picture to its place, every one whole or not at all."""

    def place(name: str, source: IO[bytes]) -> None:
        target = database if name == DATABASE else _inside(media, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.partial")
        with partial.open("wb") as out:
            while piece := source.read(PIECE):
                out.write(piece)
        partial.replace(target)

    _each_member(file, place)


def _inside(media: Path, name: str) -> Path:
    target = (media / name.removeprefix(MEDIA)).resolve()
    if not name.startswith(MEDIA) or not target.is_relative_to(media.resolve()):
        msg = f"a backup has no place for {name}"
        raise BackupRefused(msg)
    return target


def _each_member(file: Path, act: Callable[[str, IO[bytes]], None]) -> dict[str, Any] | None:
    """Call `act` with each file but the manifest, whose words are returned."""
    words = None
    try:
        with tarfile.open(file, mode="r:") as tar:
            for member in tar:
                source = tar.extractfile(member)
                if source is None:
                    continue
                if member.name == MANIFEST:
                    words = json.load(source)
                else:
                    act(member.name, source)
    except (tarfile.TarError, ValueError, EOFError) as error:
        msg = f"{file} is damaged or no backup: {error}"
        raise BackupRefused(msg) from error
    return words


def _measure(source: IO[bytes]) -> tuple[int, str]:
    measured = _Measured(source)
    while measured.read(PIECE):
        pass
    return measured.told
