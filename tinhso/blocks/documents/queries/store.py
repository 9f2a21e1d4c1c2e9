"""The file store, read: a folder of this machine or a bucket, each object named by the hash of its bytes."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused

CHUNK = 1 << 20
INCOMING = ".incoming"  # in a folder store beside the objects: renaming never crosses a file system
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT",
    "AWS_ENDPOINT_URL",
    "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
}


class DamagedFile(Exception):
    """What the store holds is not what was put there; who reads it breaks off."""


def place_of(sha256: str) -> str:
    """Where an object lies within the store: two levels of folders, so that none grows too large to list."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


@dataclass(frozen=True)
class FileStore:
    """Objects below ``root``, a folder or ``s3://bucket/prefix``; ``options`` are what gets into a bucket."""

    root: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return "://" not in self.root

    @property
    def incoming(self) -> Path:
        """The folder in which files arrive before they are known to be good."""
        return Path(self.root) / INCOMING if self.is_local else Path(settings.VAR) / "incoming"

    def path(self, sha256: str) -> Path:
        """The file of an object in a folder store."""
        return Path(self.root) / place_of(sha256)

    def bucket(self) -> Any:
        """The client of a bucket."""
        from obstore.store import from_url

        credentials: Any = {name: value for name, value in self.options.items() if name in CREDENTIALS}
        plain = self.options.get("AWS_ALLOW_HTTP", "").lower() == "true"
        return from_url(self.root, config=credentials, client_options={"allow_http": plain})

    def has(self, sha256: str) -> bool:
        """Whether the object is there."""
        if self.is_local:
            return self.path(sha256).is_file()
        import obstore

        try:
            obstore.head(self.bucket(), place_of(sha256))
        except FileNotFoundError:
            return False
        return True

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The bytes, about a megabyte at a time. The last piece comes only once the hash of all is right.

        Raises :class:`DamagedFile` before it otherwise, so that nobody ever holds a whole file that is wrong.
        """
        total, content = hashlib.sha256(), b""
        for chunk in self._raw(sha256):
            if content:
                yield content
            content = bytes(chunk)
            total.update(content)
        if total.hexdigest() != sha256:
            raise DamagedFile(sha256)
        yield content

    def _raw(self, sha256: str) -> Iterator[bytes]:
        try:
            if not self.is_local:
                import obstore

                yield from obstore.get(self.bucket(), place_of(sha256)).stream(min_chunk_size=CHUNK)
                return
            with self.path(sha256).open("rb") as opened:
                while chunk := opened.read(CHUNK):
                    yield chunk
        except FileNotFoundError as problem:
            raise Refused(
                "file_lost", _("Tệp không còn trong kho; hãy báo quản trị viên khôi phục từ bản sao lưu.")
            ) from problem

    def objects(self) -> Iterator[tuple[str, datetime]]:
        """Hash and moment of writing of every object, row or no row."""
        if not self.is_local:
            import obstore

            for batch in obstore.list(self.bucket()):
                for meta in batch:
                    yield str(meta["path"]).rpartition("/")[2], meta["last_modified"]
            return
        for path in Path(self.root).glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def file_store() -> FileStore:
    """The store that settings name."""
    return FileStore(str(settings.FILE_STORE), settings.FACT_STORE_OPTIONS)
