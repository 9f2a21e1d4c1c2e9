"""Reading the log, and checking that nobody has touched it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tinhso.blocks.audit import queries
from tinhso.blocks.audit import services as audit
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.audit.rights import SEE_AUDIT
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor

# how the acts read; an act of a later app reads as it is written until it is named here
WORDS = {
    "logged in": _("đăng nhập"),
    "logged out": _("đăng xuất"),
    "log-in failed": _("đăng nhập sai"),
    "log-in refused: locked": _("bị chặn đăng nhập"),
    "locked when idle": _("bị khóa khi không dùng"),
    "ended session": _("kết thúc phiên làm việc"),
    "signed up": _("vào lần đầu"),
    "viewed": _("xem"),
    "created": _("tạo"),
    "appointed": _("giao vị trí"),
    "ended post": _("cho thôi vị trí"),
    "disabled": _("khóa tài khoản"),
    "enabled": _("mở tài khoản"),
    "set password": _("đặt mật khẩu"),
    "reset password": _("đặt mật khẩu tạm"),
    "unlocked name": _("mở chặn đăng nhập"),
    "set role": _("đặt vai trò"),
    "made token": _("tạo mã truy cập"),
    "revoked token": _("thu hồi mã truy cập"),
}


class AuditFilterForm(forms.Form):
    """Which entries to show."""

    actor = forms.CharField(label=_("Ai"), required=False, max_length=200)
    did = forms.ChoiceField(label=_("Đã làm gì"), required=False)
    subject = forms.CharField(label=_("Với đối tượng"), required=False, max_length=200)
    since = forms.DateField(label=_("Từ ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Đến ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = [(act, WORDS.get(act, act)) for act in queries.kinds_of_act()]
        self.fields["did"].choices = [("", _("mọi việc")), *acts]  # type: ignore[attr-defined]

    def entries(self) -> QuerySet[Entry]:
        """The entries that were asked for; all when the question is faulty."""
        values = self.cleaned_data if self.is_valid() else {}
        until = values.get("until")
        return queries.recent_entries(
            actor=values.get("actor", ""),
            did=values.get("did", ""),
            subject=values.get("subject", ""),
            since=_start_of_day(values.get("since")),
            until=_start_of_day(until + timedelta(days=1)) if until else None,
        )


def _start_of_day(day: Any) -> datetime | None:
    return datetime.combine(day, time(), clock.VIETNAM) if day else None


@dataclass(frozen=True)
class AuditLine:
    """One entry as the page tells it."""

    entry: Entry
    act: str
    changes: list[tuple[str, str, str]]


def audit_lines(entries: Iterable[Entry]) -> Iterator[AuditLine]:
    """Entries with each field's value before and after."""
    for entry in entries:
        yield AuditLine(entry, str(WORDS.get(entry.did, entry.did)), changed_fields(entry.before, entry.after))


def changed_fields(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    """What differs: field, value before, value after ("" where there was none)."""
    old, new = before or {}, after or {}
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [(name, _value_text(old, name), _value_text(new, name)) for name in names]


def _value_text(values: dict[str, Any], name: str) -> str:
    if name not in values or values[name] is None:
        return ""
    value = values[name]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@require_GET
def audit_log_page(request: HttpRequest) -> HttpResponse:
    """The log, newest first; with ``verify=1`` the whole chain is recomputed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.must_be_able_to(SEE_AUDIT)
    form = AuditFilterForm(request.GET)
    page = Paginator(form.entries(), 50).get_page(request.GET.get("page"))
    lines = list(audit_lines(page.object_list))
    check = queries.verify_chain() if request.GET.get("verify") == "1" else None
    context = {"form": form, "page": page, "lines": lines, "check": check}
    audit.record_view(by=actor, what=(Entry._meta.label, "log"), why=request.GET.urlencode()[:300])
    return render(request, "audit/log.html", context)


app_name = "audit"
urlpatterns = [path("", audit_log_page, name="log")]
