"""Handing accepted requests over to the cipher agency in a numbered batch."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.government.certificates import events
from tinhso.government.certificates.contract import RequestStep
from tinhso.government.certificates.models import Batch, Request, Version
from tinhso.government.certificates.queries import exports, lookup
from tinhso.government.certificates.queries import requests as queries
from tinhso.government.certificates.rights import MANAGE_CERTIFICATES
from tinhso.government.certificates.services import requests
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

LOCK = 0x435453  # one batch gets its number at a time
MOST = 1000


@transaction.atomic
def make_batch(*, chosen: Collection[str], by: Actor, now: datetime, note: str = "", demo: bool = False) -> Batch:
    """Put accepted requests into the next batch of the year, with their files; all of them or none.

    Refuses when one of them is accepted no more, such as when another batch has it meanwhile.
    """
    by.must_be_able_to(MANAGE_CERTIFICATES)
    if not chosen:
        raise Refused("nothing_chosen", _("Chưa chọn đề nghị nào."))
    if len(chosen) > MOST:
        raise Refused("too_many", _("Mỗi lô có tối đa %(most)s đề nghị."), most=MOST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    accepted_requests = _locked_accepted(chosen, by)
    year = clock.local(now).year
    last = Batch.objects.filter(year=year).order_by("-number").values_list("number", flat=True).first() or 0
    number = f"{last + 1:03}/{year}"
    rows = exports.batch_rows(
        accepted_requests, {version.certificate_id: version for version in _versions_of_requests(accepted_requests)}
    )
    sheet = exports.as_workbook("Đề nghị", exports.BATCH_HEAD, rows)
    table = exports.as_table(exports.BATCH_HEAD, rows)
    name = f"lo-{last + 1:03}-{year}"
    values = exports.batch_manifest(
        number,
        now,
        by.name,
        [certificate_request.ref for certificate_request in accepted_requests],
        {f"{name}.xlsx": sheet, f"{name}.csv": table},
    )
    batch = Batch.objects.create(
        ref=refs.new_ref("LO"),
        year=year,
        number=last + 1,
        at=now,
        by=by.ref,
        by_name=by.name,
        note=note.strip()[:2000],
        sheet=sheet,
        table=table,
        manifest=values,
        is_demo=demo,
    )
    for request in accepted_requests:
        requests.change_step(request, RequestStep.SENT, by=by, now=now, note=number, batch=batch)
    audit.record(by=by, did="batch handed over", to=batch, after={"number": number, "files": values["files"]})
    outbox.emit(events.BatchHandedOver(ref=batch.ref, requests=len(accepted_requests), by=by.ref))
    return batch


def _locked_accepted(chosen: Collection[str], by: Actor) -> list[Request]:
    chosen_requests = Request.objects.select_for_update(of=("self",)).filter(ref__in=list(chosen))
    if MANAGE_CERTIFICATES not in by.everywhere:
        chosen_requests = chosen_requests.filter(unit__in=by.places(MANAGE_CERTIFICATES))
    accepted_requests = list(
        chosen_requests.select_related("unit", "certificate").prefetch_related("papers__file").order_by("ref")
    )
    missing = set(chosen) - {request.ref for request in accepted_requests}
    if missing:
        raise queries.unknown_request(sorted(missing)[0])
    other = next((request for request in accepted_requests if request.step != RequestStep.ACCEPTED), None)
    if other is not None:
        words = _("Đề nghị %(ref)s không còn chờ gửi (đang “%(step)s”). Hãy mở lại danh sách.")
        raise Refused("not_accepted", words, ref=other.ref, step=other.get_step_display())
    return accepted_requests


def _versions_of_requests(found: list[Request]) -> list[Version]:
    return list(
        lookup.versions_on().filter(
            certificate__in=[request.certificate_id for request in found if request.certificate_id]
        )
    )
