"""A new version of a survey: read, judged, and kept for good."""

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.surveys import queries
from tinhso.blocks.surveys.contract import SURVEYS, Survey
from tinhso.blocks.surveys.models import Version
from tinhso.blocks.surveys.queries import converting, xform
from tinhso.blocks.surveys.queries.evaluating import FUNCTIONS
from tinhso.blocks.surveys.queries.xpath import Ast, Unreadable, calls
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.patterns import is_usable
from tinhso.kernel.workbooks import check_size, open_workbook

PATIENCE_SECONDS = 40
MOST_CELLS = 40_000
MOST_QUESTIONS = 500
# Here no pattern is slow; telephones that fill forms in back-track, and repeats of repeats would stop them
SLOW_ON_TELEPHONES = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]")


@dataclass(frozen=True)
class Draft:
    """A workbook that could be published: what was made of it, and what to look at once more."""

    form: xform.Form
    xform: str
    remarks: tuple[str, ...]


def draft(*, survey: Survey, workbook: bytes) -> Draft:
    """What would become of a workbook; refuses, in words that name the row, what could not be filled in."""
    check_size(workbook, megabytes=1)
    open_workbook(workbook, cells=MOST_CELLS)
    made = _converted(workbook)
    try:
        form = xform.read(made["xform"])
    except Unreadable as problem:
        raise Refused(
            "bad_survey", _("Có điều kiện hoặc công thức không đọc được ở câu “%(near)s”."), near=str(problem)
        ) from problem
    _must_be_usable(survey, form)
    return Draft(form, made["xform"], tuple(_in_words(one) for one in made.get("warnings", ())))


@transaction.atomic
def publish(*, survey: str, workbook: bytes, filename: str, by: Actor, now: datetime) -> Version:
    """Keep a workbook as the survey's newest version; the same workbook again changes nothing.

    Refuses another workbook under the name of a version that is there: a phone could not tell them apart.
    """
    one = queries.survey(survey)
    by.must_be_able_to(one.manage)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"surveys:publish:{survey}"])
    sha256 = hashlib.sha256(workbook).hexdigest()
    if known := Version.objects.filter(survey=survey, sha256=sha256).first():
        return known
    made = draft(survey=one, workbook=workbook)
    must_be_new(one, made.form)
    last = queries.current(survey)
    row = Version.objects.create(
        survey=survey, number=last.number + 1 if last else 1, version=made.form.version, title=made.form.title[:300],
        workbook=workbook, workbook_name=filename.replace("\0", "")[-160:], sha256=sha256, xform=made.xform,
        hash=hashlib.md5(made.xform.encode(), usedforsecurity=False).hexdigest(),
        published_at=now, published_by=by.ref, published_name=by.name[:200],
    )  # fmt: skip
    audit.record(
        by=by, did="published survey", to=("surveys.Version", f"{survey} {row.version}"), after={"sha256": sha256}
    )
    return row


def load(*, folder: Path, by: Actor, now: datetime) -> int:
    """Publish a province's ``<code>.xlsx`` of a folder, each for the survey of its name; says how many were new."""
    new = 0
    for path in sorted(folder.glob("*.xlsx")) if folder.is_dir() else ():
        if path.stem not in SURVEYS:
            raise Refused("unknown_survey", _("Không có phiếu nào có mã “%(code)s”."), code=path.stem)
        content, before = path.read_bytes(), queries.current(path.stem)
        row = publish(survey=path.stem, workbook=content, filename=path.name, by=by, now=now)
        new += before is None or row.number > before.number
    return new


def _converted(workbook: bytes) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(converting.__file__)],
            input=workbook,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
        said: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        said = {"heavy": "yes"}
    if "heavy" in said:
        raise Refused("too_heavy", _("Bảng tính quá nặng để chuyển thành phiếu. Hãy bớt câu hỏi, danh sách."))
    if "problem" in said:
        raise Refused(
            "bad_survey", _("Bảng tính chưa thành phiếu được: %(problem)s"), problem=_in_words(said["problem"])
        )
    return said


def _in_words(told: str) -> str:
    """What the converter says, with its rows in the language of the page."""
    return re.sub(r"\[row : (\d+)\]", lambda found: _("dòng %(row)s:") % {"row": found[1]}, told).strip()


def _must_be_usable(survey: Survey, form: xform.Form) -> None:
    every = list(form.root.all())
    if form.id != survey.code:
        raise Refused(
            "other_survey",
            _("Trang “settings”, ô form_id phải là “%(code)s”, nay là “%(id)s”."), code=survey.code, id=form.id,
        )  # fmt: skip
    if not form.version or len(form.version) > 60:
        raise Refused("no_version", _("Trang “settings” phải có ô version, ví dụ 2026-09-01."))
    if len(every) > MOST_QUESTIONS:
        raise Refused("too_many_questions", _("Phiếu có quá nhiều câu hỏi (tối đa %(most)s)."), most=MOST_QUESTIONS)
    if strange := sorted(name for name in form.outside.values() if name.removesuffix(".csv") not in survey.lists):
        raise Refused("unknown_list", _("Phiếu này không có danh sách “%(name)s”."), name=strange[0])
    names = {question.name for question in every}
    if missing := [name for name in survey.required if name not in names]:
        raise Refused("missing_question", _("Phiếu phải có câu hỏi “%(name)s”."), name=missing[0])
    if strange_private := [name for name in survey.private if name not in names]:
        raise Refused("missing_question", _("Phiếu phải có câu hỏi “%(name)s”."), name=strange_private[0])
    for question in every:
        for tree in (question.relevant, question.required, question.constraint, question.calculate, question.choices):
            if tree is not None:
                _must_be_known(question, tree)


def _must_be_known(question: xform.Question, tree: Ast) -> None:
    if unknown := sorted(calls(tree) - FUNCTIONS.keys()):
        raise Refused(
            "unknown_function",
            _("Câu “%(name)s” dùng hàm %(function)s() mà hệ thống không tính được."),
            name=question.name,
            function=unknown[0],
        )
    for pattern in _patterns(tree):
        if not is_usable(pattern) or SLOW_ON_TELEPHONES.search(pattern):
            raise Refused("bad_pattern", _("Câu “%(name)s” có mẫu chữ (regex) không dùng được."), name=question.name)


def _patterns(tree: Ast) -> list[str]:
    own = [tree[2][1][1]] if tree[:2] == ("call", "regex") and len(tree[2]) == 2 and tree[2][1][0] == "text" else []
    return own + [one for part in tree if isinstance(part, tuple) for one in _patterns(part)]


def must_be_new(survey: Survey, form: xform.Form) -> None:
    """Refuse the name of a version that is there, and a needed question that is asked as something else than before."""
    last = queries.current(survey.code)
    if last is None:
        return
    if Version.objects.filter(survey=survey.code, version=form.version).exists():
        raise Refused(
            "version_again",
            _("Phiên bản “%(version)s” đã phát hành với nội dung khác. Hãy đổi ô version ở trang “settings”."),
            version=form.version,
        )
    before = {one.name: one.kind for one in queries.form_of(last).root.all()}
    for one in form.root.all():
        if one.name in survey.required and before.get(one.name, one.kind) != one.kind:
            raise Refused(
                "other_type",
                _("Câu “%(name)s” phải giữ kiểu trả lời như phiên bản trước (%(kind)s)."),
                name=one.name,
                kind=before[one.name],
            )
