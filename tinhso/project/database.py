"""Where the database is: ``DATABASE_URL``, or the bundled PostgreSQL on a unix socket under ``var/``."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlparse

from tinhso.project.bundled_postgres import DATABASE, socket_dir

POOL = {"min_size": 1, "max_size": 8, "timeout": 20}
PREPARED_AFTER = 2  # times that a connection has seen a statement whose values go apart: those of ``ui.rows``


def connection_settings(url: str, var: Path) -> dict[str, Any]:
    """Django's settings for ``url``, or for the bundled server when there is none.

    Raises ValueError when ``url`` is not a PostgreSQL address.
    """
    options = {"pool": POOL, "prepare_threshold": PREPARED_AFTER}
    common = {"ENGINE": "tinhso.project.postgresql", "OPTIONS": options}
    if not url:
        return common | {"NAME": DATABASE, "USER": "postgres", "HOST": str(socket_dir(var)), "PORT": "5432"}
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL phải bắt đầu bằng postgresql:// (máy chủ PostgreSQL từ phiên bản 15)")
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", None) or unquote(parts.hostname or "")
    return common | {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {**options, **query},
    }
