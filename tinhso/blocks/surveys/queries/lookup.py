"""Finding surveys, their versions and what was filled in."""

import csv
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from io import StringIO

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.surveys.contract import SURVEYS, Survey, SurveySubmission
from tinhso.blocks.surveys.models import AppKey, FilledIn, Remark, Version
from tinhso.blocks.surveys.queries import reading, xform
from tinhso.blocks.surveys.queries.evaluating import FormNode
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused


def survey(code: str) -> Survey:
    """The survey under ``code``; refuses another word."""
    survey_definition = SURVEYS.get(code)
    if survey_definition is None:
        raise Refused("unknown_survey", _("Không có phiếu nào có mã “%(code)s”."), code=code[:60])
    return survey_definition


def name_of(one: Survey) -> str:
    """How a survey is called in the language of the page."""
    return one.name_en if (get_language() or "vi").startswith("en") and one.name_en else one.name


def survey_name(code: str) -> str:
    """The same by its code, which it is called by where no app declares it any more."""
    return name_of(SURVEYS[code]) if code in SURVEYS else code


def fillable_surveys(by: Actor) -> list[Survey]:
    """Surveys that somebody may fill in."""
    return [
        survey_definition for survey_definition in SURVEYS.values() if by.is_someone and survey_definition.may_fill(by)
    ]


def must_fill(one: Survey, by: Actor) -> None:
    """Refuse who may not fill the survey in."""
    if not by.is_someone or not one.may_fill(by):
        raise Forbidden("may_not_fill", _("Bạn không thuộc những người điền phiếu “%(name)s”."), name=name_of(one))


def visible_surveys(by: Actor) -> list[Survey]:
    """Surveys whose forms somebody may read somewhere, or publish."""
    return [
        survey_definition
        for survey_definition in SURVEYS.values()
        if by.can(survey_definition.see) or by.can(survey_definition.manage)
    ]


def current_version(code: str, *, at: datetime | None = None) -> Version | None:
    """The newest version of a survey, or the one that was newest at a moment; None before the first."""
    version_rows = Version.objects.filter(survey=code).defer("workbook")
    version_rows = version_rows.filter(published_at__lte=at) if at else version_rows
    return version_rows.order_by("-number").first()


def newest_versions(codes: Sequence[str]) -> dict[str, Version]:
    """The newest version of each survey that has one."""
    last = Version.objects.filter(survey__in=codes).values("survey").annotate(last=Max("number"))
    pairs = {(row["survey"], row["last"]) for row in last}
    version_rows = Version.objects.filter(survey__in=codes).defer("workbook").order_by("number")
    return {version.survey: version for version in version_rows if (version.survey, version.number) in pairs}


def versions(code: str) -> QuerySet[Version]:
    """All versions of a survey, the newest first."""
    return Version.objects.filter(survey=code).defer("workbook", "xform").order_by("-number")


def version_by_name(code: str, name: str) -> Version:
    """One version of a survey by its name; refuses an unknown one."""
    version = Version.objects.filter(survey=code, version=name.replace("\0", "")).defer("workbook").first()
    if version is None:
        raise Refused(
            "unknown_version", _("Phiếu này không có phiên bản “%(name)s”. Hãy tải lại phiếu rồi điền."), name=name[:60]
        )
    return version


def version_by_number(code: str, number: int) -> Version:
    """One version of a survey by its place in the row, with its workbook; refuses an unknown one."""
    version = Version.objects.filter(survey=code, number=number).first()
    if version is None:
        raise Refused("unknown_version", _("Phiếu này chưa được phát hành."))
    return version


def form_of(version: Version) -> xform.SurveyForm:
    """A version's questions."""
    return xform.read_xform(version.xform)


def app_lists(one: Survey, by: Actor) -> Mapping[str, Callable[[], FormNode]]:
    """The lists that an app gives, by file name, as somebody is given them."""
    return {f"{name}.csv": partial(_list_node, one, name, by) for name in one.lists}


def rows_of(one: Survey, name: str, by: Actor) -> Sequence[Mapping[str, str]]:
    """The rows of a list that comes as a file; refuses an unknown list."""
    list_source = one.lists.get(name)
    if list_source is None:
        raise Refused("unknown_list", _("Phiếu này không có danh sách “%(name)s”."), name=name[:60])
    return list_source(by)


def list_csv(one: Survey, name: str, by: Actor) -> bytes:
    """The same as a CSV file, as ODK's clients read it."""
    rows = rows_of(one, name, by)
    columns = list(dict.fromkeys(["name", "label", *(column for row in rows for column in row)]))
    out = StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _list_node(one: Survey, name: str, by: Actor) -> FormNode:
    top = FormNode(name)
    root = top.add(FormNode("root"))
    for row in rows_of(one, name, by):
        item = root.add(FormNode("item"))
        for column, value in row.items():
            item.add(FormNode(column, value))
    return top


def filled_in(code: str, instance_id: str) -> FilledIn | None:
    """What was kept under an instance's id."""
    return FilledIn.objects.filter(survey=code, instance_id=instance_id).select_related("unit", "version").first()


def submission_of(row: FilledIn, *, form: xform.SurveyForm | None = None) -> SurveySubmission:
    """A kept form as the contract has it."""
    survey_form = form or form_of(row.version)
    files = {filled_in_file.name: filled_in_file.file.ref for filled_in_file in row.files.select_related("file")}
    return SurveySubmission(
        ref=row.ref,
        survey=row.survey,
        version=row.version.version,
        instance_id=row.instance_id,
        values=reading.values_of(survey_form, row.values),
        files=files,
        started_at=row.started_at,
        ended_at=row.ended_at,
        received_at=row.received_at,
        illustrative=row.illustrative,
    )


def first_of(row: FilledIn) -> FilledIn:
    """The first of the forms that correct each other, which remarks belong to."""
    return FilledIn.objects.get(survey=row.survey, instance_id=row.first_id) if row.first_id else row


def comments_on(row: FilledIn) -> QuerySet[Remark]:
    """What was written about a form, the newest first."""
    return first_of(row).remarks.order_by("-at", "-id")


def review_states(rows: Sequence[FilledIn]) -> dict[str, str]:
    """How forms are judged at last, by the instance id of the first; those that nobody judged are not there."""
    ids = {row.first_id or row.instance_id for row in rows}
    remarks = Remark.objects.filter(filled_in__survey__in={row.survey for row in rows}, filled_in__instance_id__in=ids)
    judged = remarks.exclude(state="").order_by("at", "id").values_list("filled_in__instance_id", "state")
    return dict(judged)


def readable_forms(one: Survey, by: Actor) -> QuerySet[FilledIn]:
    """Filled-in forms that somebody may read, the newest first, each in its last state."""
    filled_ins = FilledIn.objects.filter(survey=one.code, replaced_by=None).order_by("-received_at", "-id")
    if one.see in by.everywhere:
        return filled_ins
    return filled_ins.filter(unit_id__in=by.places(one.see))


def readable_one(ref: str, by: Actor) -> FilledIn:
    """One filled-in form, for who may read it or sent it; refuses everybody else alike."""
    row = FilledIn.objects.filter(ref=ref.replace("\0", "")).select_related("unit", "version").first()
    survey_definition = SURVEYS.get(row.survey) if row else None
    if row is None or survey_definition is None or not (row.by == by.ref or by.can(survey_definition.see, at=row.unit)):
        raise Refused("unknown_filled_in", _("Không tìm thấy phiếu “%(ref)s”."), ref=ref[:24])
    return row


def owner_tag(by: Actor) -> str:
    """By which a device tells whose waiting forms are whose; says nothing of who."""
    return salted_hmac("tinhso.surveys.owner", by.ref, algorithm="sha256").hexdigest()[:16]


def own_forms(by: Actor) -> QuerySet[FilledIn]:
    """What somebody sent, the newest first, without what was corrected since."""
    return FilledIn.objects.filter(by=by.ref, replaced_by=None).select_related("unit").order_by("-received_at", "-id")


def key_digest(secret: str) -> str:
    """What is kept of an app key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"surveys.key:{secret}".encode(), hashlib.sha256).hexdigest()


def keys_of(person_ref: str) -> QuerySet[AppKey]:
    """The app keys of a person, the newest first."""
    return AppKey.objects.filter(person__ref=person_ref).order_by("-created_at")
