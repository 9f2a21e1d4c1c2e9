"""Drafts: opened, saved as one goes, finished once. Two windows never overwrite each other in silence."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import dumps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.forms.contract import AnswerQuery, HeldPaper, RegisterAnswer
from tinhso.blocks.forms.models import Draft, FormVersion
from tinhso.blocks.forms.queries import checking, posted, prefill, versions
from tinhso.blocks.forms.queries.checking import CheckedValues, FieldProblem
from tinhso.blocks.forms.queries.shape import FormField, FormShape, Json
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.refs import new_ref

KEPT = timedelta(days=30)
MOST_OPEN, LARGEST = 100, 500_000
# keeps an uploaded file under a paper's code, and returns the reference that the draft holds
KeepFile = Callable[[str, "UploadedFile[Any]"], str]


@dataclass(frozen=True)
class Opened:
    """A draft; ``secret`` (empty for an owner with an account) is kept nowhere. ``is_new``: nobody opened it before."""

    draft: Draft
    secret: str = ""
    is_new: bool = True


@dataclass(frozen=True)
class FormPostResult:
    """What a page's form did. ``did``: saved, added, removed, dropped, or checked (asked to finish).

    ``anchor`` is the id of the element to go on at; ``problems`` are those of the check.
    """

    draft: Draft
    did: str
    anchor: str = ""
    problems: tuple[FieldProblem, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether the draft can be finished now."""
        return self.did == "checked" and not self.problems


@dataclass(frozen=True)
class Finished:
    """What was handed in: canonical values under a version of a form.

    ``answers``: what registers said, by path, with source and day; ``corrected``: fields in which the person said
    otherwise.
    """

    code: str
    number: int
    sha256: str
    about: str
    values: Json
    answers: Json
    corrected: tuple[str, ...]


@transaction.atomic
def open_draft(
    *,
    version: FormVersion,
    by: Actor,
    now: datetime,
    about: str = "",
    values: Json | None = None,
    known: Mapping[str, RegisterAnswer | HeldPaper] | None = None,
    owner: str | None = None,
    name: str = "",
) -> Opened:
    """Begin a draft, filled with what registers hold. Whoever has no account gets a secret instead.

    ``name``: of this attempt, unguessable; the same one again, at the same moment, too, gives the same draft.
    ``owner``: whom registers are asked about; None is ``by``, "" nobody, as where somebody fills in for another.
    ``known``: what the caller itself answers, by field; it goes before what registers say.
    Papers named in ``values`` are taken at their word here and in :func:`save_draft`: the caller answers for them.
    """
    _must_fit(values or {})
    begun = versions.draft_by_name(name, by=by, now=now) if name else None
    if begun is not None:
        return Opened(begun, "" if by.is_someone else versions.secret_of(name), is_new=False)
    _must_have_room(by, now)
    shape = checking.shape_of(version)
    asking = AnswerQuery(by.ref if owner is None else owner, about, clock.local(now).date())
    answers = prefill.answers_from_registers(shape, asking) | prefill.answers_of_caller(shape, known or {})
    secret = "" if by.is_someone else versions.secret_of(name) if name else secrets.token_urlsafe(32)
    draft = Draft(
        ref=versions.ref_of(name) if name else new_ref("BN", length=16),
        version=version,
        owner=by.ref if by.is_someone else "",
        about=about,
        answers=answers,
        secret_hash=versions.hash_of(secret) if secret else "",
        values=prefill.with_fixed_answers(shape, answers, prefill.values_from_answers(shape, answers) | (values or {})),
    )
    return _insert_draft(draft, name, secret, by, now)


def _must_have_room(by: Actor, now: datetime) -> None:
    if by.is_someone and Draft.objects.filter(owner=by.ref, expires_at__gt=now).count() >= MOST_OPEN:
        raise Refused("too_many_drafts", _("Bạn có quá nhiều bản nháp chưa nộp. Hãy nộp hoặc bỏ bớt rồi bắt đầu lại."))


def _insert_draft(draft: Draft, name: str, secret: str, by: Actor, now: datetime) -> Opened:
    """Keep a new draft, or find the one that somebody began under its name at the same moment."""
    draft.opened_at, draft.saved_at, draft.expires_at = now, now, now + KEPT
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        first = versions.draft_by_name(name, by=by, now=now) if name else None
        if first is not None:
            return Opened(first, secret, is_new=False)
        draft.ref = new_ref("BN", length=16)  # one that has expired lies under the name still
        draft.save(force_insert=True)
    version = draft.version
    audit.record(by=by, did="opened draft", to=draft, after={"form": str(version.form), "number": version.number})
    return Opened(draft, secret)


@transaction.atomic
def save_draft(*, ref: str, values: Json, revision: int, by: Actor, now: datetime, secret: str = "") -> Draft:
    """Keep what was typed so far, right or wrong; refuses when the draft was saved elsewhere since ``revision``."""
    draft = _locked_draft(ref, revision, by, now, secret)
    audit.record(by=by, did="saved draft", to=draft)
    return _save_values(draft, values, now)


@transaction.atomic
def handle_form_post(
    *,
    ref: str,
    post: QueryDict,
    by: Actor,
    now: datetime,
    secret: str = "",
    files: "Mapping[str, UploadedFile[Any]] | None" = None,
    keep_file: KeepFile | None = None,
    background: bool = False,
) -> FormPostResult:
    """Keep what a page sent, and do what its button asks: add or remove a row, drop a paper, check.

    ``background``: the page saves itself; the audit log hears of the drafts that people save, not of each pause in
    typing. Refuses when the draft was saved in another window.
    """
    draft = _locked_draft(ref, _revision_number(post.get("revision")), by, now, secret)
    shape = checking.shape_of(draft.version)
    values = posted.posted_values(shape, post, draft.values)
    for field in shape.fields:
        upload = (files or {}).get(f"f.{field.name}")
        if field.kind == "file" and upload and keep_file and not background:
            values[field.name] = keep_file(field.paper, upload)
    did, anchor = ("saved", "") if background else _apply_button(post.get("do", "save"), shape, values)
    draft = _save_values(draft, values, now)
    if not background:
        audit.record(by=by, did="saved draft", to=draft)
    problems = _check_draft(draft, now).problems if did == "checked" else ()
    return FormPostResult(draft, did, anchor, problems)


@transaction.atomic
def finish_draft(*, ref: str, revision: int, by: Actor, now: datetime, secret: str = "") -> Finished:
    """Hand over the canonical values and drop the draft, in the caller's transaction; refuses what has problems.

    A draft is finished once: whoever sends the same again hears that it is gone.
    """
    draft = _locked_draft(ref, revision, by, now, secret)
    shape, checked = checking.shape_of(draft.version), _check_draft(draft, now)
    if checked.problems:
        raise Refused("has_problems", _("Còn %(count)d chỗ cần sửa trước khi nộp."), count=len(checked.problems))
    version = draft.version
    finished = Finished(
        code=version.form.code,
        number=version.number,
        sha256=version.sha256,
        about=draft.about,
        values=checked.values,
        answers=draft.answers,
        corrected=tuple(prefill.corrected_fields(draft, shape, checked.values)),
    )
    audit.record(by=by, did="finished draft", to=draft, after={"form": finished.code, "number": finished.number})
    draft.delete()
    return finished


@transaction.atomic
def renew_draft(
    *,
    ref: str,
    by: Actor,
    now: datetime,
    secret: str = "",
    known: Mapping[str, RegisterAnswer | HeldPaper] | None = None,
    owner: str | None = None,
) -> Opened:
    """Go on under the version now in force, with all answers that it asks for too; the former draft is gone.

    ``known`` and ``owner``: see :func:`open_draft`.
    """
    old = versions.own_draft(ref, by=by, now=now, secret=secret, lock=True)
    newer = versions.newer_than(old, clock.local(now).date())
    if newer is None:
        raise Refused("no_newer_version", _("Biểu mẫu không có phiên bản nào mới hơn."))
    old.delete()
    return open_draft(version=newer, by=by, now=now, about=old.about, values=old.values, known=known, owner=owner)


@transaction.atomic
def drop_draft(*, ref: str, by: Actor, now: datetime, secret: str = "") -> None:
    """Throw a draft away."""
    draft = versions.own_draft(ref, by=by, now=now, secret=secret, lock=True)
    audit.record(by=by, did="dropped draft", to=draft)
    draft.delete()


def drop_expired(*, now: datetime) -> int:
    """Remove the drafts that nobody went on with; says how many. Personal data stays no longer than it is of use."""
    return Draft.objects.filter(expires_at__lte=now).delete()[1].get(Draft._meta.label, 0)


def _locked_draft(ref: str, revision: int, by: Actor, now: datetime, secret: str) -> Draft:
    draft = versions.own_draft(ref, by=by, now=now, secret=secret, lock=True)
    if draft.revision != revision:
        raise Refused(
            "changed_elsewhere", _("Bản nháp đã được lưu ở một cửa sổ khác. Hãy xem lại rồi chọn giữ bản nào.")
        )
    return draft


def _revision_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else -1


def _save_values(draft: Draft, values: Json, now: datetime) -> Draft:
    _must_fit(values)
    draft.values = prefill.with_fixed_answers(checking.shape_of(draft.version), draft.answers, values)
    draft.revision, draft.saved_at, draft.expires_at = draft.revision + 1, now, now + KEPT
    draft.save(update_fields=["values", "revision", "saved_at", "expires_at"])
    return draft


def _must_fit(values: Json) -> None:
    if len(dumps(values, ensure_ascii=False)) > LARGEST:
        raise Refused("too_large", _("Nội dung đã điền quá dài nên không lưu được. Hãy rút ngắn lại."))


def _check_draft(draft: Draft, now: datetime) -> CheckedValues:
    paper_paths = prefill.held_paths(draft.answers)
    return checking.check_typed_values(
        checking.shape_of(draft.version), draft.values, day=clock.local(now).date(), held=paper_paths
    )


def _apply_button(text: str, shape: FormShape, values: Json) -> tuple[str, str]:
    """Do what a button asks to the typed values; says what was done and where to go on."""
    verb, _colon, path = text.partition(":")
    if verb == "finish":
        return "checked", ""
    if verb == "add" and (field_and_rows := _repeated_rows(path, shape, values)):
        field, rows = field_and_rows
        if len(rows) >= field.schema["maxItems"]:
            raise Refused(
                "too_many_rows",
                _("Mục “%(label)s” nhận nhiều nhất %(most)d dòng."),
                label=field.label,
                most=field.schema["maxItems"],
            )
        rows.append({})
        return "added", f"f-{path.replace('.', '-')}-{len(rows) - 1}"
    if verb == "remove":
        path, _dot, number = path.rpartition(".")
        if (
            (field_and_rows := _repeated_rows(path, shape, values))
            and number.isdecimal()
            and int(number) < len(field_and_rows[1])
        ):
            del field_and_rows[1][int(number)]
            return "removed", f"f-{path.replace('.', '-')}"
    if verb == "drop" and any(field.name == path and field.kind == "file" for field in shape.fields):
        values.pop(path, None)
        return "dropped", f"f-{path}"
    return "saved", ""


def _repeated_rows(path: str, shape: FormShape, values: Any) -> tuple[FormField, list[Any]] | None:
    """The repeated question at a path, and its rows in the tree of what was typed (made where there were none)."""
    fields = shape.fields
    *before, last = path.split(".")
    for part in before:
        if isinstance(values, list) and part.isdecimal() and int(part) < len(values):
            values = values[int(part)]
            continue
        field = next((form_field for form_field in fields if form_field.name == part), None)
        if field is None or not isinstance(values, dict):
            return None
        values, fields = values.setdefault(part, [] if field.kind == "repeat" else {}), field.fields
    field = next((form_field for form_field in fields if form_field.name == last and form_field.kind == "repeat"), None)
    if field is None or not isinstance(values, dict):
        return None
    rows = values.setdefault(last, [{} for _row in range(field.schema.get("minItems", 0))])
    return (field, rows) if isinstance(rows, list) else None
