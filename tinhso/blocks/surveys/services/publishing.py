"""A new version of a survey: drafted, compared with what is there, kept for good."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.surveys import queries
from tinhso.blocks.surveys.contract import SURVEYS, Survey
from tinhso.blocks.surveys.models import MediaFile, Version
from tinhso.blocks.surveys.queries import xform
from tinhso.blocks.surveys.services.drafting import WorkbookDraft, draft_of_workbook, workbook_digest
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def publish_version(
    *,
    survey: str,
    workbook: bytes,
    filename: str,
    by: Actor,
    now: datetime,
    media_files: Mapping[str, bytes] | None = None,
) -> Version:
    """Keep a workbook with its files as the survey's newest version; the same again changes nothing.

    Refuses another workbook under the name of a version that is there: a phone could not tell them apart.
    """
    declared = queries.survey(survey)
    by.must_be_able_to(declared.manage)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"surveys:publish:{survey}"])
    sha256 = workbook_digest(workbook, media_files or {})
    if version := Version.objects.filter(survey=survey, sha256=sha256).first():
        return version
    workbook_draft = draft_of_workbook(survey=declared, workbook=workbook, now=now, media_files=media_files)
    must_be_new(declared, workbook_draft.form)
    last = queries.current_version(survey)
    row = Version.objects.create(
        survey=survey,
        number=last.number + 1 if last else 1,
        version=workbook_draft.form.version,
        title=workbook_draft.form.title[:300],
        workbook=workbook,
        workbook_name=filename.replace("\0", "")[-160:],
        sha256=sha256,
        xform=workbook_draft.xform,
        hash=_md5_digest(workbook_draft.xform.encode()),
        published_at=now,
        published_by=by.ref,
        published_name=by.name[:200],
    )
    _keep_media(row, workbook_draft)
    audit.record(
        by=by, did="published survey", to=("surveys.Version", f"{survey} {row.version}"), after={"sha256": sha256}
    )
    return row


def _keep_media(row: Version, workbook_draft: WorkbookDraft) -> None:
    MediaFile.objects.bulk_create(
        MediaFile(version=row, name=name, content=content, md5=_md5_digest(content))
        for name, content in workbook_draft.media.items()
    )


def _md5_digest(content: bytes) -> str:
    """As OpenRosa tells phones whether theirs is the same; nothing relies on it for safety."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def publish_folder(*, folder: Path, by: Actor, now: datetime) -> int:
    """Publish a province's ``<code>.xlsx`` (or ``.xls``) of a folder, each for the survey of its name; says how many
    were new. What lies in the folder ``<code>`` beside it are its files."""
    new = 0
    books = sorted([*folder.glob("*.xlsx"), *folder.glob("*.xls")]) if folder.is_dir() else []
    for path in books:
        if path.stem not in SURVEYS:
            raise Refused("unknown_survey", _("Không có phiếu nào có mã “%(code)s”."), code=path.stem)
        content, before = path.read_bytes(), queries.current_version(path.stem)
        beside = folder / path.stem
        files = {file.name: file.read_bytes() for file in sorted(beside.iterdir())} if beside.is_dir() else {}
        row = publish_version(survey=path.stem, workbook=content, filename=path.name, by=by, now=now, media_files=files)
        new += before is None or row.number > before.number
    return new


def must_be_new(survey: Survey, form: xform.SurveyForm) -> None:
    """Refuse the name of a version that is there, and a needed question that is asked as something else than before."""
    last = queries.current_version(survey.code)
    if last is None:
        return
    if Version.objects.filter(survey=survey.code, version=form.version).exists():
        raise Refused(
            "version_again",
            _("Phiên bản “%(version)s” đã phát hành với nội dung khác. Hãy đổi ô version ở trang “settings”."),
            version=form.version,
        )
    before = {question.name: question.kind for question in queries.form_of(last).root.all()}
    for survey_question in form.root.all():
        if (
            survey_question.name in survey.required
            and before.get(survey_question.name, survey_question.kind) != survey_question.kind
        ):
            raise Refused(
                "other_type",
                _("Câu “%(name)s” phải giữ kiểu trả lời như phiên bản trước (%(kind)s)."),
                name=survey_question.name,
                kind=before[survey_question.name],
            )
