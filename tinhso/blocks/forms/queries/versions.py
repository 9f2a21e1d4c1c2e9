"""Finding forms, their versions as of a day, and drafts of those who may see them."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from hmac import compare_digest

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.forms.models import Draft, Form, FormVersion
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.refs import readable_letters


@dataclass(frozen=True)
class ListedForm:
    """A form with its version in force (None: none is) and its newest one."""

    form: Form
    current: FormVersion | None
    newest: FormVersion


def listed_forms(day: date) -> list[ListedForm]:
    """Every form, by name."""
    return [
        ListedForm(form, in_force(form.code, day), form.versions.order_by("number").last())  # type: ignore[arg-type]
        for form in Form.objects.order_by("name", "code")
    ]


def in_force(code: str, day: date) -> FormVersion | None:
    """The version of a form that is in force on a day; None when none is."""
    return _versions_on(day).filter(form__code=code).order_by("effective_from", "number").last()


def _versions_on(day: date) -> QuerySet[FormVersion]:
    on_the_day = Q(effective_from__lte=day) & (Q(effective_to=None) | Q(effective_to__gt=day))
    return FormVersion.objects.filter(on_the_day).select_related("form")


def for_procedure(procedure: str, day: date) -> list[FormVersion]:
    """The versions in force on a day of all forms that serve a procedure (its code)."""
    form_versions = _versions_on(day).filter(form__procedures__contains=[procedure])
    return list(form_versions.order_by("form__code", "-effective_from", "-number").distinct("form__code"))


def version_by_number(code: str, number: int) -> FormVersion:
    """One version, in force or not; refuses an unknown one."""
    form_version = FormVersion.objects.filter(form__code=code, number=number).select_related("form").first()
    if form_version is None:
        raise Refused("unknown_form", _("Không có biểu mẫu “%(code)s” phiên bản %(number)d."), code=code, number=number)
    return form_version


def newer_than(draft: Draft, day: date) -> FormVersion | None:
    """The version now in force where the draft began under another one."""
    current = in_force(draft.version.form.code, day)
    return current if current is not None and current.pk != draft.version_id else None


def own_draft(ref: str, *, by: Actor, now: datetime, secret: str = "", lock: bool = False) -> Draft:
    """One draft of mine, or one whose secret I know. Somebody else's, an expired and a finished one do not exist."""
    rows: QuerySet[Draft] = Draft.objects.select_related("version__form")
    if lock:
        rows = rows.select_for_update(of=("self",))
    draft = rows.filter(ref=ref.replace("\0", ""), expires_at__gt=now).first()
    if draft is None or not _is_mine(draft, by, secret):
        raise Refused(
            "unknown_draft", _("Không có bản nháp này: có thể nó đã được nộp hoặc đã hết hạn. Hãy bắt đầu lại.")
        )
    return draft


def _is_mine(draft: Draft, by: Actor, secret: str) -> bool:
    if draft.owner:
        return by.is_someone and draft.owner == by.ref
    return bool(secret) and compare_digest(draft.secret_hash, hash_of(secret))


def draft_by_name(name: str, *, by: Actor, now: datetime) -> Draft | None:
    """The draft that was begun under a name by the same person, as long as it is there."""
    try:
        return own_draft(ref_of(name), by=by, now=now, secret=secret_of(name))
    except Refused:
        return None


def ref_of(name: str) -> str:
    """The reference of the draft that is begun under a name: nobody can tell the name from it."""
    return f"BN-{readable_letters(_keyed_digest('ref', name), 16)}"


def secret_of(name: str) -> str:
    """The secret of the draft that is begun under a name by somebody without an account."""
    return _keyed_digest("secret", name).hex()


def _keyed_digest(what: str, name: str) -> bytes:
    return hmac.new(str(settings.SECRET_KEY).encode(), f"forms.{what}:{name}".encode(), sha256).digest()


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def newest_draft(by: Actor, *, about: str, code: str, now: datetime) -> Draft | None:
    """My newest draft of a form about something."""
    rows = Draft.objects.select_related("version__form").filter(
        owner=by.ref, about=about, version__form__code=code, expires_at__gt=now
    )
    return rows.order_by("saved_at", "pk").last() if by.is_someone else None
