"""Where a command runs: its database, its actor, and one line for what the machine refuses."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.rights import registered_rights
from tinhso.project import bundled_postgres


def operator_actor() -> Actor:
    """Whoever may run commands on the machine: all rights, written down as the command line."""
    return program_actor("tinhso", rights=[right.name for right in registered_rights()])


@contextmanager
def open_database() -> Iterator[None]:
    """Django set up, and a database to talk to: DATABASE_URL's, or the bundled one for as long as the block lasts."""
    import django
    from django.conf import settings
    from django.db import connections

    if os.environ.get("DATABASE_URL"):
        django.setup()
        yield
        return
    with bundled_postgres.in_use(Path(settings.VAR)):
        django.setup()
        try:
            yield
        finally:
            connections.close_all()
            connections["default"].close_pool()  # type: ignore[attr-defined]


def machine_trouble(problem: Exception) -> str | None:
    """One line for trouble with the machine; None for a fault of the program, which deserves its traceback."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    if isinstance(problem, OSError):
        return _os_error(problem)
    if isinstance(problem, OperationalError):
        text = " ".join(str(problem).split())
        if "No space left on device" in text:
            return "Ổ đĩa của cơ sở dữ liệu đã đầy."
        return f"Không làm việc được với cơ sở dữ liệu: {text[:300]}"
    if isinstance(problem, ProgrammingError) and "does not exist" in str(problem):
        return "Cơ sở dữ liệu chưa có bảng của phiên bản này: chạy `tinhso up` hoặc `tinhso load-province` trước."
    if isinstance(problem, ImproperlyConfigured):
        return f"Cấu hình sai: {problem}"
    return None


def _os_error(problem: OSError) -> str | None:
    if problem.errno == errno.ENOSPC:
        return "Ổ đĩa đã đầy."
    if problem.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"Không có quyền ghi vào {problem.filename}."
    if problem.errno == errno.ENOENT and problem.filename:
        return f"Không thấy {problem.filename}."
    return None
