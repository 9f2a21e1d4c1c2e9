"""Taking filled-in forms: judged, kept once, handed to the app whose survey it is, announced. One transaction."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lxml import etree

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import services as accepting
from tinhso.blocks.documents.contract import UploadLimits
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.surveys import queries
from tinhso.blocks.surveys.contract import Survey, SurveySubmission
from tinhso.blocks.surveys.events import SubmissionTaken
from tinhso.blocks.surveys.models import FilledIn, FilledInFile, WaitingFile
from tinhso.blocks.surveys.queries import judging, reading, tables, xform
from tinhso.blocks.surveys.queries.judging import AnswerProblem, Judged
from tinhso.blocks.surveys.services import correcting
from tinhso.blocks.units import queries as units
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.refs import new_ref

LARGEST_XML = 1_000_000
MOST_FILES = 30
INSTANCE = re.compile(r"[A-Za-z0-9:._{}\-]{8,120}")
FILES = UploadLimits(types=("jpeg", "png", "heic", "pdf"))


class NotRight(Refused):
    """Answers that the form itself does not allow; ``problems`` says where and why."""

    def __init__(self, problems: list[AnswerProblem]) -> None:
        first = "; ".join(f"{answer_problem.label}: {answer_problem.message}" for answer_problem in problems[:5])
        super().__init__("answers_wrong", _("Phiếu chưa đúng. %(first)s"), first=first)
        self.problems = problems


@dataclass(frozen=True)
class SentForm:
    """One filled-in form as it came: what it is, before it is judged."""

    survey: Survey
    version: Any
    instance_id: str
    digest: str
    xml: str
    root: Any
    corrects: str = ""  # the instance id of the form that this one is a newer state of


def open_sent_form(*, survey: str, xml: bytes, by: Actor) -> SentForm:
    """Which form was sent, by somebody who may fill it in. Refuses what is no form of this survey."""
    survey_definition = queries.survey(survey)
    queries.must_fill(survey_definition, by)
    root, text = _parsed_submission(xml)
    if root.get("id", "") != survey:
        raise Refused("other_survey", _("Đây không phải phiếu “%(name)s”."), name=queries.name_of(survey_definition))
    instance, version = _instance_id(root), queries.version_by_name(survey, root.get("version", ""))
    return SentForm(
        survey_definition,
        version,
        instance,
        hashlib.sha256(xml).hexdigest(),
        text,
        root,
        _text_of_element(root, "deprecatedID"),
    )


def _parsed_submission(xml: bytes) -> tuple[Any, str]:
    if len(xml) > LARGEST_XML:
        raise Refused("too_big", _("Nội dung phiếu lớn hơn %(most)s KB."), most=LARGEST_XML // 1000)
    try:
        root = xform.safe_xml(xml)
        return root, etree.tostring(root, encoding="unicode")
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Refused("bad_xml", _("Không đọc được nội dung phiếu (XML hỏng hoặc không an toàn).")) from problem


def instance_of(xml: bytes) -> str:
    """The instance id of a filled-in form."""
    return _instance_id(_parsed_submission(xml)[0])


def _instance_id(root: Any) -> str:
    instance = _text_of_element(root, "instanceID")
    if not INSTANCE.fullmatch(instance):
        raise Refused("no_instance", _("Phiếu thiếu mã riêng (instanceID)."))
    return instance


def _text_of_element(root: Any, name: str) -> str:
    named = (element for element in root.iter() if isinstance(element.tag, str) and xform.local_name(element) == name)
    return next((element.text or "" for element in named), "").strip()


def survey_of(xml: bytes) -> str:
    """The code of the survey that a filled-in form says it is of; refuses what is no XML."""
    return str(_parsed_submission(xml)[0].get("id", ""))[:60]


def take_form(
    *,
    survey: str,
    xml: bytes,
    files: Mapping[str, bytes],
    by: Actor,
    now: datetime,
    device: str = "",
    illustrative: bool = False,
) -> SurveySubmission:
    """Take one filled-in form; the same one again is the same submission.

    What came before for it in parts (:func:`hold`) belongs to it. Refuses who may not fill it in, what the form does
    not allow (:class:`NotRight`), and other content under the same instance id. Files are looked into outside any
    transaction; with some, call it outside one.
    """
    sent = open_sent_form(survey=survey, xml=xml, by=by)
    if (row := _earlier_copy(sent, by)) is None:
        language = "en" if (get_language() or "vi").startswith("en") else "vi"
        judged = _judge_sent_form(sent, by, now, language)
        accepted = _accept_files(files, set(judged.file_names), by, now)
        row = _insert_filled_in(sent, judged, accepted, by, now, device, illustrative)
    elif files:
        _attach_files(row, _accept_files(files, _missing_files(row), by, now), by)
    return queries.submission_of(row)


def hold_files(*, survey: str, xml: bytes, files: Mapping[str, bytes], by: Actor, now: datetime) -> None:
    """Keep some files of a form whose others are still to come; what the form says is judged when all are there."""
    sent = open_sent_form(survey=survey, xml=xml, by=by)
    if _earlier_copy(sent, by) is not None:
        return
    spoken_of = set(
        judging.laid_out(
            queries.form_of(sent.version), reading.node_of(sent.root), now=now, outside={}, language="vi"
        ).file_names
    )
    for name, file in _accept_files(files, spoken_of, by, now).items():
        WaitingFile.objects.get_or_create(
            survey=survey, instance_id=sent.instance_id, by=by.ref, name=name, defaults={"file": file, "at": now}
        )


def attach_file(*, survey: str, instance_id: str, name: str, content: bytes, by: Actor, now: datetime) -> bool:
    """Add a file that a kept form speaks of and that did not come; says whether it was missing until now."""
    row = queries.filled_in(survey, instance_id)
    if row is None or row.by != by.ref:
        raise Refused("unknown_filled_in", _("Không tìm thấy phiếu “%(ref)s”."), ref=instance_id[:80])
    accepted = _accept_files({name: content}, _missing_files(row), by, now)
    _attach_files(row, accepted, by)
    return bool(accepted)


def _earlier_copy(sent: SentForm, by: Actor) -> FilledIn | None:
    """What was kept of this form already; refuses anything else that comes under its name."""
    row = queries.filled_in(sent.survey.code, sent.instance_id)
    if row is None:
        return None
    if row.by != by.ref:
        raise Forbidden("not_yours", _("Mã phiếu này là của người khác."))
    if row.digest != sent.digest:
        raise Refused("other_content", _("Phiếu này đã được nhận với nội dung khác; hãy điền một phiếu mới."))
    return row


def _judge_sent_form(sent: SentForm, by: Actor, now: datetime, language: str) -> Judged:
    judged = judging.judge_form(
        queries.form_of(sent.version),
        reading.node_of(sent.root),
        now=now,
        outside=queries.outside_lists(sent.survey, by, sent.version),
        language=language,
    )
    if judged.problems:
        raise NotRight(judged.problems)
    return judged


class _Bytes:
    """Bytes that are handed over in pieces, as uploads are."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def chunks(self) -> Iterator[bytes]:
        """The bytes, 64 KB at a time."""
        for place in range(0, len(self.content), 65_536):
            yield self.content[place : place + 65_536]


def _accept_files(files: Mapping[str, bytes], wanted: set[str], by: Actor, now: datetime) -> dict[str, StoredFile]:
    """The files that answers speak of, looked into and stored; others that came along are left alone."""
    if len(files) > MOST_FILES:
        raise Refused("too_many_files", _("Một lần gửi nhiều nhất %(most)s tệp."), most=MOST_FILES)
    return {
        name: accepting.accept_upload(upload=_Bytes(content), file_name=name, limits=FILES, by=by, now=now)
        for name, content in files.items()
        if name in wanted
    }


def _missing_files(row: FilledIn) -> set[str]:
    return set(tables.expected_files(row)) - set(row.files.values_list("name", flat=True))


@transaction.atomic
def _attach_files(row: FilledIn, accepted: Mapping[str, StoredFile], by: Actor) -> None:
    for name, file in accepted.items():
        _added, created = FilledInFile.objects.get_or_create(filled_in=row, name=name, defaults={"file": file})
        if created:
            audit.record(by=by, did="added survey file", to=row, after={"sha256": file.sha256})


@transaction.atomic
def _insert_filled_in(
    sent: SentForm,
    judged: Judged,
    accepted: Mapping[str, StoredFile],
    by: Actor,
    now: datetime,
    device: str,
    illustrative: bool,
) -> FilledIn:
    code = sent.survey.code
    for instance in sorted({sent.instance_id, sent.corrects or sent.instance_id}):  # from two sides at once: one waits
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"surveys:{code}:{instance}"])
    if (row := _earlier_copy(sent, by)) is not None:
        return row
    earlier = correcting.earlier_form(sent.survey, sent.corrects, by) if sent.corrects else None
    file_names = set(judged.file_names)
    waiting = WaitingFile.objects.filter(survey=code, instance_id=sent.instance_id, by=by.ref).select_related("file")
    files = {
        waiting_file.name: waiting_file.file for waiting_file in waiting if waiting_file.name in file_names
    } | dict(accepted)
    if earlier is not None:  # a photo that was not taken anew stays
        before = earlier.files.filter(name__in=file_names).select_related("file")
        files = {file.name: file.file for file in before} | files
    meta, values = judged.meta, judged.values
    submission = SurveySubmission(
        ref=new_ref("PH"),
        survey=code,
        version=sent.version.version,
        instance_id=sent.instance_id,
        values=values,
        files={name: file.ref for name, file in files.items()},
        started_at=_parse_moment(meta.get("start")),
        ended_at=_parse_moment(meta.get("end")),
        received_at=now,
        illustrative=illustrative,
    )
    unit = units.by_ref(correcting.unit_of_submission(sent.survey, submission, earlier, by, now))
    row = FilledIn.objects.create(
        ref=submission.ref,
        survey=code,
        version=sent.version,
        instance_id=sent.instance_id,
        digest=sent.digest,
        xml=sent.xml,
        values=reading.json_value(values),
        unit=unit,
        by=by.ref,
        by_name=by.name[:200],
        device=(device or meta.get("deviceid", ""))[:200],
        started_at=submission.started_at,
        ended_at=submission.ended_at,
        received_at=now,
        illustrative=illustrative,
        replaces=earlier,
        first_id=(earlier.first_id or earlier.instance_id) if earlier else "",
    )
    FilledInFile.objects.bulk_create(FilledInFile(filled_in=row, name=name, file=file) for name, file in files.items())
    waiting.delete()
    after = {"survey": code, "unit": unit.ref, "files": len(files)} | ({"corrects": earlier.ref} if earlier else {})
    audit.record(by=by, did="sent survey", to=row, after=after)
    outbox.emit(SubmissionTaken(survey=code, ref=row.ref, unit=unit.ref, at=now))
    return row


def _parse_moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment: datetime = reading.read_answer(xform.SurveyQuestion("", "", "datetime"), text)
    except reading.Misread:
        return None
    return moment


def file_for(row: FilledIn, name: str, *, by: Actor) -> StoredFile:
    """The stored file behind a name, which is written down as looked at; refuses one that did not come."""
    filled_in_file = row.files.filter(name=name.replace("\0", "")).select_related("file").first()
    if filled_in_file is None:
        raise Refused("unknown_file", _("Không có tệp nào có mã “%(ref)s”."), ref=name[:80])
    audit.record_view(by=by, what=row)
    return filled_in_file.file
