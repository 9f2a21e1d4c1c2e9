"""The one way in which an application changes: state, entry, audit and announcement together."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc
from tinhso.society.support import events
from tinhso.society.support.contract import TRANSITIONS, ApplicationState
from tinhso.society.support.models import Application, Entry

SUBJECT = Application._meta.label
SHORTEST, LONGEST = 10, 2000


def move_application(
    application: Application,
    to: ApplicationState,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str = "",
    public: bool = True,
    **fields: Any,
) -> Entry:
    """Give an application the state ``to`` and these fields; refuses a state that may not follow the one it has."""
    was = ApplicationState(application.state)
    if to not in TRANSITIONS[was]:
        words = _("Hồ sơ đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy mở lại trang để xem mới nhất.")
        raise Refused("not_now", words, state=application.get_state_display())
    entry = note_down(application, did=did, by=by, now=now, note=note, public=public, state=to, **fields)
    outbox.emit(events.ApplicationMoved(**event_fields(application, by), was=str(was), state=str(to)))
    return entry


def note_down(
    application: Application, *, did: str, by: Actor, now: datetime, note: str = "", public: bool = True, **fields: Any
) -> Entry:
    """Change fields of an application, which the caller holds locked, and write down what happened."""
    before = {name: getattr(application, name) for name in fields}
    for name, value in fields.items():
        setattr(application, name, value)
    application.entries_count += 1
    application.save(update_fields=[*fields, "entries_count"])
    entry = Entry.objects.create(
        application=application,
        number=application.entries_count,
        at=now,
        by=by.ref,
        by_name=by.name,
        did=did,
        state=application.state,
        note=note,
        public=public,
    )
    audit.record(
        by=by,
        did=f"support {did}",
        to=(SUBJECT, application.ref),
        before=_json_values(before),
        after=_json_values(fields),
    )
    return entry


def event_fields(application: Application, by: Actor) -> dict[str, Any]:
    """What every event of an application tells."""
    return {
        "ref": application.ref,
        "number": application.entries_count,
        "programme": application.programme.code,
        "unit": application.unit.ref,
        "by": by.ref,
    }


def words_of(text: str) -> str:
    """What the person will read, tidied; refuses less than 10 or more than 2,000 letters."""
    tidy = nfc(text).replace("\0", "").strip()
    if not SHORTEST <= len(tidy) <= LONGEST:
        words = _("Hãy ghi rõ lý do, từ %(least)s đến %(most)s chữ: người đề nghị sẽ đọc.")
        raise Refused("bad_reason", words, least=SHORTEST, most=LONGEST)
    return tidy


def told_of(fault: IntegrityError) -> Refused:
    """What the database refused, as a refusal; the fault itself where it is none of ours."""
    name = getattr(getattr(fault.__cause__, "diag", None), "constraint_name", "") or ""
    refusal_by_constraint = {
        "support_once": (
            "given_once",
            _(
                "Số định danh, số điện thoại hoặc máy này đã có hồ sơ trong chương trình. "
                "Mỗi người, mỗi số, mỗi máy chỉ được hỗ trợ một lần."
            ),
        ),
        "support_quota_not_overrun": ("quota_used_up", _("Hạn mức của địa bàn đã hết, hoặc nhỏ hơn số đã duyệt.")),
        "support_quota_within_programme": ("over_budget", _("Cộng các hạn mức vượt tổng số suất hoặc kinh phí.")),
        "support_paid_stays": ("being_paid", _("Suất này đã nằm trong đợt thanh toán nên không bỏ được.")),
        "support_paid_once": ("paid_once", _("Suất này đã nằm trong một đợt thanh toán.")),
        "support_one_open_complaint": ("complained", _("Hồ sơ này đang có một khiếu nại chờ trả lời.")),
    }
    if name not in refusal_by_constraint:
        raise fault
    return Refused(*refusal_by_constraint[name])


def _json_values(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    plain = {}
    for name, value in fields.items():
        plain_value = getattr(value, "ref", value.pk) if isinstance(value, Model) else value
        plain[name] = plain_value.isoformat() if isinstance(plain_value, date) else plain_value
    return plain or None
