"""Loading a province's forms from its folder."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.forms import events
from tinhso.blocks.forms.models import Form, FormVersion
from tinhso.blocks.forms.queries import documents, folders
from tinhso.blocks.forms.queries.folders import SAME, FormChange
from tinhso.blocks.forms.queries.shape import Json
from tinhso.blocks.forms.rights import MANAGE_FORMS
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

LOCK = 0x626D_6474  # "bmdt": one loading at a time


@dataclass(frozen=True)
class FormsLoaded:
    """What was done, or with ``dry_run`` would be."""

    changes: tuple[FormChange, ...]

    @property
    def changed(self) -> int:
        """How many forms are new or got another version."""
        return sum(change.kind != SAME for change in self.changes)


@transaction.atomic
def load_forms(*, folder: Path, by: Actor, now: datetime, dry_run: bool = False) -> FormsLoaded:
    """Take over every ``*.json`` of a folder: content that is new makes a new version, the same content makes none.

    ``dry_run`` changes nothing. One fault in one file refuses the whole folder, naming file, place and reason.
    """
    by.must_be_able_to(MANAGE_FORMS)
    folder_read = folders.read_folder(folder)
    if folder_read.faults:
        name, fault = folder_read.faults[0]
        raise Refused(
            "bad_form",
            _("%(file)s, %(where)s: %(why)s. Tất cả có %(count)d lỗi."),
            file=name,
            where=fault.where or "/",
            why=fault.why,
            count=len(folder_read.faults),
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    form_changes = folders.form_changes(folder_read.documents)
    if not dry_run:
        for document, change in zip(folder_read.documents, form_changes, strict=True):
            if change.kind != SAME:
                _add_version(document, change, by, now)
    return FormsLoaded(tuple(form_changes))


def _add_version(document: Json, change: FormChange, by: Actor, now: datetime) -> None:
    named = {
        "name": document["name"],
        "name_en": document.get("name_en", ""),
        "procedures": document.get("procedures", []),
    }
    form, _created = Form.objects.update_or_create(code=document["code"], defaults=named)
    ends = document.get("effective_to")
    version = FormVersion.objects.create(
        form=form,
        number=change.number,
        effective_from=date.fromisoformat(document["effective_from"]),
        effective_to=date.fromisoformat(ends) if ends else None,
        document=document,
        sha256=documents.fingerprint(document),
        source=document.get("source", ""),
        verified=document.get("verified") is True,
        loaded_at=now,
    )
    values = {"number": version.number, "sha256": version.sha256}
    audit.record(by=by, did="added form version", to=(Form._meta.label, form.code), after=values)
    outbox.emit(
        events.FormVersionAdded(
            code=form.code,
            number=version.number,
            effective_from=document["effective_from"],
            procedures=tuple(form.procedures),
        )
    )
