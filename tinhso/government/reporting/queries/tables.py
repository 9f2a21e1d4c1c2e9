"""Reading a table of a TOML file so that a mistake is named: file, subject, key and reason."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused


class SpecTable:
    """A mapping whose values are asked for by kind; what was not asked for is a mistake (see ``done``)."""

    def __init__(self, raw: Mapping[str, Any], *, where: tuple[str, ...]) -> None:
        self.raw = raw
        self.where = where
        self.asked: set[str] = set()

    def refuse(self, key: str, reason: str) -> NoReturn:
        """Say what is wrong with ``key``."""
        where = ", ".join(part for part in self.where if part)
        raise Refused("bad_spec", _("%(where)s, mục “%(key)s”: %(reason)s."), where=where, key=key, reason=reason)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without ``default`` it must be there."""
        value = self._get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.refuse(key, _("phải là chữ và không để trống"))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of at least two texts."""
        value = self._get(key, None)
        if not isinstance(value, list) or len(value) < 2 or not all(isinstance(item, str) for item in value):
            self.refuse(key, _("phải là danh sách từ hai mã trở lên"))
        return tuple(value)

    def code(self, key: str, *, pattern: str) -> str:
        """A text that fits ``pattern``."""
        value = self.text(key)
        if not re.fullmatch(pattern, value):
            self.refuse(key, _("“%(value)s” không đúng dạng mã %(pattern)s") % {"value": value, "pattern": pattern})
        return value

    def one_of(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of ``choices``."""
        value = self.text(key, default)
        if value not in choices:
            allowed = ", ".join(choices)
            self.refuse(key, _("“%(value)s” phải là một trong: %(allowed)s") % {"value": value, "allowed": allowed})
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, _("phải là true hoặc false"))
        return value

    def integer(self, key: str, *, default: int | None = None, least: int) -> int:
        """A whole number of at least ``least``."""
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.refuse(key, _("phải là số nguyên từ %(least)s trở lên") % {"least": least})
        return value

    def decimal(self, key: str) -> Decimal | None:
        """An exact number, written as a whole number or as text; None when absent."""
        value = self._get(key, "")
        if value == "":
            return None
        try:
            return Decimal(value) if isinstance(value, int | str) else Decimal(f"không nhận {value!r}")
        except InvalidOperation:
            self.refuse(key, _('phải là số nguyên hoặc số viết trong ngoặc kép, ví dụ "99.5"'))

    def table(self, key: str) -> "SpecTable":
        """A table inside this one."""
        value = self._get(key, None)
        if not isinstance(value, Mapping):
            self.refuse(key, _("phải là một bảng"))
        return SpecTable(value, where=(*self.where, key))

    def tables(self, key: str, *, label: str, required: bool = True) -> list["SpecTable"]:
        """A list of tables; a message names each by ``label`` and its code."""
        value = self._get(key, None if required else [])
        if not isinstance(value, list) or (required and not value) or not all(isinstance(i, Mapping) for i in value):
            self.refuse(key, _("phải là danh sách bảng") if not required else _("phải có ít nhất một"))
        names = [str(item.get("code") or item.get("kind") or at) for at, item in enumerate(value, start=1)]
        return [
            SpecTable(item, where=(*self.where, f"{label} {name}")) for item, name in zip(value, names, strict=True)
        ]

    def done(self) -> None:
        """Refuse keys that nobody asked for: most are misspelt."""
        for key in self.raw:
            if key not in self.asked:
                self.refuse(key, _("không có mục này trong định dạng biểu mẫu"))

    def _get(self, key: str, default: Any) -> Any:
        self.asked.add(key)
        if key in self.raw:
            return self.raw[key]
        if default is None:
            self.refuse(key, _("còn thiếu"))
        return default
