"""Makers that read aloud: a workbook, a survey that the tests declare, a form filled in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from tinhso.blocks.surveys import services
from tinhso.blocks.surveys.contract import Survey, SurveySubmission
from tinhso.blocks.surveys.models import Version
from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.errors import Refused

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CODE = "tree_visit"
KEEPER = program_actor("keeper", rights=["manage trees"])
HEAD = (
    "type",
    "name",
    "label::Tiếng Việt (vi)",
    "label::English (en)",
    "hint::Tiếng Việt (vi)",
    "required",
    "relevant",
    "constraint",
    "constraint_message::Tiếng Việt (vi)",
    "constraint_message::English (en)",
    "calculation",
    "choice_filter",
    "appearance",
)
Q = dict[str, str]


def q(kind: str, name: str = "", label: str = "", english: str = "", **more: str) -> Q:
    """One row of the sheet "survey"."""
    return {
        "type": kind,
        "name": name,
        "label::Tiếng Việt (vi)": label,
        "label::English (en)": english or label,
        **more,
    }


QUESTIONS: tuple[Q, ...] = (
    q("start", "start"),
    q("end", "end"),
    q("deviceid", "deviceid"),
    q("select_one_from_file teams.csv", "team", "Tổ", "Team", required="yes"),
    q(
        "date",
        "day",
        "Ngày đi",
        "Day of the visit",
        required="yes",
        constraint=". <= today()",
        **{
            "constraint_message::Tiếng Việt (vi)": "Ngày đi không thể sau hôm nay.",
            "constraint_message::English (en)": "The day cannot be after today.",
        },
    ),
    q("select_one place", "place_kind", "Đi đâu", "Where", required="yes"),
    q("select_one spot", "spot", "Chỗ nào", "Which spot", choice_filter="place = ${place_kind}"),
    q(
        "text",
        "address",
        "Địa chỉ",
        "Address",
        relevant="${place_kind} = 'home'",
        required="yes",
        **{"hint::Tiếng Việt (vi)": "Ấp, đường, gần chỗ nào"},
    ),
    q(
        "select_multiple topic",
        "topics",
        "Hướng dẫn việc gì",
        "Topics",
        required="yes",
        constraint="count-selected(.) <= 2",
        **{
            "constraint_message::Tiếng Việt (vi)": "Chọn nhiều nhất hai việc.",
            "constraint_message::English (en)": "Choose two at most.",
        },
    ),
    q(
        "integer",
        "people",
        "Bao nhiêu người",
        "How many people",
        required="yes",
        constraint=". >= 1 and . <= 500",
        **{
            "constraint_message::Tiếng Việt (vi)": "Từ 1 đến 500 người.",
            "constraint_message::English (en)": "1 to 500 people.",
        },
    ),
    q("decimal", "hours", "Mấy giờ đồng hồ", "Hours"),
    q("calculate", "person_hours", calculation="${people} * coalesce(${hours}, 0)"),
    q("note", "thanks", "Cảm ơn **${people}** người.", "Thank you, **${people}** people."),
    q("begin_repeat", "person", "Người được giúp", "Person helped"),
    q("text", "person_name", "Họ tên", "Name", required="yes"),
    q("integer", "age", "Tuổi", "Age", constraint=". < 120"),
    q("end_repeat"),
    q("geopoint", "where", "Vị trí", "Position"),
    q("image", "photo", "Ảnh", "Photo"),
    q("text", "phone", "Điện thoại", "Phone"),
    q("acknowledge", "agreed", "Người được giúp đồng ý ghi", "They agreed", required="yes"),
)
CHOICES: tuple[tuple[str, ...], ...] = (
    ("list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)", "place"),
    ("place", "home", "Nhà dân", "Home", ""),
    ("place", "market", "Chợ", "Market", ""),
    ("spot", "yard", "Sân", "Yard", "home"),
    ("spot", "gate", "Cổng chợ", "Gate", "market"),
    ("topic", "vneid", "VNeID", "VNeID", ""),
    ("topic", "pay", "Trả tiền không dùng tiền mặt", "Paying without cash", ""),
    ("topic", "fraud", "Tránh lừa đảo", "Avoiding fraud", ""),
)


def a_workbook(
    *,
    version: str = "1",
    questions: Sequence[Q] = QUESTIONS,
    code: str = CODE,
    choices: Sequence[Sequence[str]] = CHOICES,
) -> bytes:
    """An XLSForm."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("survey")
    head = list(dict.fromkeys([*HEAD, *(name for one in questions for name in one)]))
    sheet.write_row(0, 0, head)
    for row, one in enumerate(questions, 1):
        sheet.write_row(row, 0, [one.get(name, "") for name in head])
    sheet = book.add_worksheet("choices")
    for row, cells in enumerate(choices):
        sheet.write_row(row, 0, cells)
    sheet = book.add_worksheet("settings")
    sheet.write_row(0, 0, ["form_title", "form_id", "version", "default_language"])
    sheet.write_row(1, 0, ["Đi thăm cây", code, version, "Tiếng Việt (vi)"])
    book.set_properties({"created": NOW.replace(tzinfo=None)})
    book.close()
    return out.getvalue()


def teams(by: Actor) -> list[dict[str, str]]:
    """One team for whoever asks."""
    return [{"name": "t1", "label": "Tổ số 1"}, {"name": f"of-{by.ref}", "label": "Tổ của tôi"}]


def taken(submission: SurveySubmission, by: Actor, now: datetime) -> str:
    """Every visit is of unit "xa"; one that says "từ chối" is sent back."""
    if submission.values.get("address") == "từ chối":
        raise Refused("strange_address", "Địa chỉ này không nhận.")
    return "xa"


def a_survey(**more: Any) -> Survey:
    """The survey of the tests."""
    told: dict[str, Any] = {
        "code": CODE,
        "name": "Đi thăm cây",
        "name_en": "Visiting trees",
        "see": "see trees",
        "manage": "manage trees",
        "may_fill": lambda by: by.can("fill trees"),
        "taken": taken,
        "lists": {"teams": teams},
        "required": ("team", "day", "people"),
        "private": ("phone",),
    } | more
    return Survey(**told)


def published(version: str = "1", **more: Any) -> Version:
    """A version that is out."""
    return services.publish_version(
        survey=CODE, workbook=a_workbook(version=version, **more), filename="cay.xlsx", by=KEEPER, now=NOW
    )


ANSWERS = {
    "start": "2026-03-02T08:00:00.000+07:00",
    "end": "2026-03-02T08:10:00.000+07:00",
    "deviceid": "collect:abc",
    "team": "t1",
    "day": "2026-03-01",
    "place_kind": "home",
    "spot": "yard",
    "address": "Ấp Một",
    "topics": "vneid pay",
    "people": "4",
    "hours": "1.5",
    "where": "10.24 106.37 0 5",
    "phone": "0900000000",
    "agreed": "OK",
}


def a_form(
    *,
    instance: str = "uuid:0b7c6f2a-0000-4000-8000-000000000001",
    version: str = "1",
    rows: int = 1,
    **told: str | None,
) -> bytes:
    """A form filled in, as Collect writes it; answers that are None are left out."""
    answers = {name: value for name, value in (ANSWERS | told).items() if value is not None}
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    persons = "".join(
        f"<person><person_name>Người {number}</person_name><age>{30 + number}</age></person>" for number in range(rows)
    )
    return (
        f"<?xml version='1.0' ?><data xmlns:orx='http://openrosa.org/xforms' id='{CODE}' version='{version}'>"
        f"{inside}{persons}"
        f"<orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta></data>"
    ).encode()
