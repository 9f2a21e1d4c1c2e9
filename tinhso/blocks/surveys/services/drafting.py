"""A workbook looked at: what would become of it, or why it cannot be filled in, with the row to mend."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.blocks.surveys.contract import SURVEYS, Survey
from tinhso.blocks.surveys.queries import converting, media, xform
from tinhso.blocks.surveys.queries.evaluating import FUNCTIONS
from tinhso.blocks.surveys.queries.xpath import Ast, UnreadableExpression, called_functions
from tinhso.blocks.surveys.services.converter_words import in_words
from tinhso.kernel import apart, clock
from tinhso.kernel.errors import Refused
from tinhso.kernel.patterns import is_usable
from tinhso.kernel.workbooks import check_size, is_old_workbook, open_workbook

# The converter keeps what it makes in a temporary file
LIMITS = apart.ProcessLimits(memory=1_500_000_000, seconds=20, patience=40, written=50_000_000)
MOST_CELLS = 40_000
MOST_QUESTIONS = 500
MOST_MEDIA, LARGEST_MEDIA = 20, 4_000_000  # files beside a form, bytes of all of them
# By what a file begins with; lists are read instead
MAGIC = {
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3"),
    "mp4": (b"\0\0\0",),
    "csv": (),
    "geojson": (),
    "xml": (),
}
MEDIA_NAME = re.compile(r"[^/\\\x00-\x1f#]{1,150}")
# Here no pattern is slow; telephones that fill forms in back-track, and repeats of repeats would stop them
SLOW_ON_TELEPHONES = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]")


# What a workbook may ask of a telephone and our page does otherwise, by the elements, types and media of an XForm
OTHERWISE = {
    "setgeopoint": gettext_lazy("trang của hệ thống để trống câu này; ODK Collect tự ghi vị trí."),
    "recordaudio": gettext_lazy("trang của hệ thống để trống câu này; âm thanh không được nhận."),
    "geotrace": gettext_lazy("trang của hệ thống không vẽ bản đồ, chỉ có ô chữ; ODK Collect vẽ được."),
    "geoshape": gettext_lazy("trang của hệ thống không vẽ bản đồ, chỉ có ô chữ; ODK Collect vẽ được."),
    "barcode": gettext_lazy("trang của hệ thống không quét mã, chỉ có ô chữ; ODK Collect quét được."),
    "audio": gettext_lazy("âm thanh không được nhận; chỉ nhận ảnh và PDF."),
    "video": gettext_lazy("video không được nhận; chỉ nhận ảnh và PDF."),
    "osm": gettext_lazy("tệp OpenStreetMap không được nhận; chỉ nhận ảnh và PDF."),
}


@dataclass(frozen=True)
class WorkbookDraft:
    """A workbook that could be published: what was made of it, its files, and what to look at once more."""

    form: xform.SurveyForm
    xform: str
    remarks: tuple[str, ...]
    media: Mapping[str, bytes] = field(default_factory=dict)


def workbook_digest(workbook: bytes, media_files: Mapping[str, bytes]) -> str:
    """What tells one workbook with its files from another; of a workbook alone, its SHA-256."""
    total = hashlib.sha256(workbook)
    for name in sorted(media_files):
        total.update(b"\0" + name.encode() + b"\0" + hashlib.sha256(media_files[name]).digest())
    return total.hexdigest()


def draft_of_workbook(
    *, survey: Survey, workbook: bytes, now: datetime, media_files: Mapping[str, bytes] | None = None
) -> WorkbookDraft:
    """What would become of a workbook; refuses, in words that name the row, what could not be filled in.

    The form takes the id of the survey, whatever it was called where it comes from, and a version of the day and its
    content where it names none.
    """
    files = dict(media_files or {})
    check_size(workbook, megabytes=1)
    if not is_old_workbook(workbook):
        open_workbook(workbook, cells=MOST_CELLS)
    _must_be_media(files)
    values = _convert_workbook(workbook)
    form = _parsed_xform(values["xform"], values["rows"])
    _must_be_of(survey, form)
    version = form.version or f"{clock.local(now):%Y%m%d}-{workbook_digest(workbook, files)[:8]}"
    remarks = [in_words(text) for text in values.get("warnings", ())]
    text = values["xform"]
    if (form.id, form.version) != (survey.code, version):
        remarks += _renamed_questions(survey, form, version)
        text = xform.with_id_and_version(text, code=survey.code, version=version)
        form = xform.read_xform(text)
    if values.get("itemsets") and xform.ITEMSETS in form.files:
        files.setdefault(xform.ITEMSETS, values["itemsets"].encode())
    _must_be_usable(survey, form, files, values["rows"])
    missing = [name for name in form.pictures if name not in files]
    remarks += [_("Phiếu nhắc đến tệp “%(name)s” mà chưa có.") % {"name": name} for name in missing]
    remarks += _done_otherwise(text, values["rows"])
    return WorkbookDraft(form, text, tuple(remarks), files)


def _done_otherwise(text: str, rows: Mapping[str, int]) -> list[str]:
    """What our page draws otherwise than a telephone, or not at all: the question with its row, and what happens."""
    remarks: dict[str, str] = {}
    for element in xform.safe_xml(text).iter():
        kind = xform.local_name(element)
        kind = {"bind": element.get("type", ""), "upload": element.get("mediatype", "").partition("/")[0]}.get(
            kind, kind
        )
        place = element.get("ref") or element.get("nodeset")
        if kind in OTHERWISE and place:
            name = place.rpartition("/")[2]
            words = {"name": name, "row": _row_text(name, rows), "what": OTHERWISE[kind]}
            remarks[name] = _("Câu “%(name)s”%(row)s: %(what)s") % words
    return list(remarks.values())


def _renamed_questions(survey: Survey, form: xform.SurveyForm, version: str) -> list[str]:
    remarks = []
    if form.id != survey.code:
        words = _("form_id “%(id)s” được thay bằng “%(code)s”, mã của phiếu này.")
        remarks.append(words % {"id": form.id, "code": survey.code})
    if form.version != version:
        words = _("Bảng tính không ghi version; hệ thống đặt là “%(version)s”.")
        remarks.append(words % {"version": version})
    return remarks


def _must_be_media(files: Mapping[str, bytes]) -> None:
    if len(files) > MOST_MEDIA or sum(len(content) for content in files.values()) > LARGEST_MEDIA:
        raise Refused(
            "too_much_media",
            _("Tệp kèm phiếu: nhiều nhất %(most)s tệp, tất cả không quá %(limit)s MB."),
            most=MOST_MEDIA,
            limit=LARGEST_MEDIA // 1_000_000,
        )
    for name, content in files.items():
        ending = name.rpartition(".")[2].lower()
        if not MEDIA_NAME.fullmatch(name) or ending not in MAGIC:
            words = _("Tệp kèm phiếu “%(name)s” không dùng được: chỉ nhận %(kinds)s.")
            raise Refused("bad_media", words, name=name[:80], kinds=", ".join(MAGIC))
        if MAGIC[ending] and not content.startswith(MAGIC[ending]):
            raise Refused("bad_media", _("Tệp kèm phiếu “%(name)s” không phải tệp loại ấy."), name=name[:80])
        if ending in media.LISTS:
            media.read_list(name, content)


def _convert_workbook(workbook: bytes) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(apart.program_output(converting.__file__, given=workbook, limits=LIMITS))
    except (apart.ProcessBroken, ValueError):
        values = {"heavy": "yes"}
    if "heavy" in values:
        raise Refused("too_heavy", _("Bảng tính quá nặng để chuyển thành phiếu. Hãy bớt câu hỏi, danh sách."))
    if "problem" in values:
        raise Refused(
            "bad_survey", _("Bảng tính chưa thành phiếu được: %(problem)s"), problem=in_words(values["problem"])
        )
    return values


def _parsed_xform(text: str, rows: Mapping[str, int]) -> xform.SurveyForm:
    try:
        return xform.read_xform(text)
    except UnreadableExpression as problem:
        near = str(problem)
        raise Refused(
            "bad_survey",
            _("Có điều kiện hoặc công thức không đọc được ở câu “%(near)s”%(row)s."),
            near=near,
            row=_row_text(near.partition(":")[0], rows),
        ) from problem


def _row_text(name: str, rows: Mapping[str, int]) -> str:
    """Where a question stands, in words to put behind its name; empty where that is not known."""
    return _(" (trang “survey”, dòng %(row)s)") % {"row": rows[name]} if name in rows else ""


def _must_be_of(survey: Survey, form: xform.SurveyForm) -> None:
    if form.id != survey.code and form.id in SURVEYS:
        raise Refused(
            "other_survey",
            _("Bảng tính này là của phiếu “%(id)s” (form_id ở trang “settings”), không phải “%(code)s”."),
            id=form.id,
            code=survey.code,
        )
    if len(form.version) > 60:
        raise Refused("no_version", _("Trang “settings”: ô version dài nhất 60 ký tự, ví dụ 2026-09-01."))


def _must_be_usable(
    survey: Survey, form: xform.SurveyForm, files: Mapping[str, bytes], rows: Mapping[str, int]
) -> None:
    every = list(form.root.all())
    if len(every) > MOST_QUESTIONS:
        raise Refused("too_many_questions", _("Phiếu có quá nhiều câu hỏi (tối đa %(most)s)."), most=MOST_QUESTIONS)
    available_files = {*files, *(f"{name}.csv" for name in survey.lists)}
    if missing_files := sorted(form.files - available_files):
        raise Refused(
            "unknown_list",
            _("Phiếu cần danh sách “%(name)s”: hãy tải tệp ấy lên cùng bảng tính."),
            name=missing_files[0],
        )
    names = {question.name for question in every}
    if missing := [name for name in (*survey.required, *survey.private) if name not in names]:
        raise Refused("missing_question", _("Phiếu phải có câu hỏi “%(name)s”."), name=missing[0])
    for question in every:
        for tree in _expressions_of(question):
            _must_be_known(question, tree, rows)


def _expressions_of(question: xform.SurveyQuestion) -> list[Ast]:
    trees = (
        question.relevant,
        question.required,
        question.constraint,
        question.calculate,
        question.choices,
        question.first,
        question.each_row,
        question.times,
        *(tree for _path, tree in question.sets),
    )
    return [tree for tree in trees if tree is not None]


def _must_be_known(question: xform.SurveyQuestion, tree: Ast, rows: Mapping[str, int]) -> None:
    if unknown := sorted(called_functions(tree) - FUNCTIONS.keys()):
        raise Refused(
            "unknown_function",
            _("Câu “%(name)s”%(row)s dùng hàm %(function)s() mà hệ thống không tính được."),
            name=question.name,
            row=_row_text(question.name, rows),
            function=unknown[0],
        )
    for pattern in _patterns_of(tree):
        if not is_usable(pattern) or SLOW_ON_TELEPHONES.search(pattern):
            raise Refused(
                "bad_pattern",
                _("Câu “%(name)s”%(row)s có mẫu chữ (regex) không dùng được."),
                name=question.name,
                row=_row_text(question.name, rows),
            )


def _patterns_of(tree: Ast) -> list[str]:
    own = [tree[2][1][1]] if tree[:2] == ("call", "regex") and len(tree[2]) == 2 and tree[2][1][0] == "text" else []
    return own + [pattern for part in tree if isinstance(part, tuple) for pattern in _patterns_of(part)]
