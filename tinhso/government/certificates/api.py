"""Certificates for programs: find them, read one as of a day, and counts; numbers of people are never told."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tinhso.government.certificates.models import Version
from tinhso.government.certificates.queries import lookup, numbers, search
from tinhso.government.certificates.rights import SEE_CERTIFICATES
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.clock import VIETNAM
from tinhso.ui.strict import Day, StrictRequest, Whole

router = Router(tags=["certificates"])
A_PAGE = 100


class CertificatesAsked(StrictRequest):
    """What is looked for; parts that are left out do not narrow. ``unit`` is a unit's reference."""

    words: str = Field("", max_length=200)
    kind: Literal["", "organisation", "personal", "sim", "service"] = ""
    state: Literal["", "active", "soon", "expired", "change", "suspended", "revoked"] = ""
    unit: str = Field("", max_length=40)
    day: Day | None = None
    offset: Whole = Field(0, ge=0, le=1_000_000)


class CertificateOut(Schema):
    """A certificate as the register has it on a day; ``state`` reckons expiry from the last day."""

    ref: str
    issuer: str
    serial: str
    kind: str
    state: str
    unit: str
    unit_name: str
    subject: str
    holder: str
    post_title: str
    first_day: date
    last_day: date
    device: str
    must: str
    must_change_by: date | None
    illustrative: bool


class CertificatesOut(Schema):
    """One page of certificates; ``next_offset`` is null on the last one."""

    day: date
    total: int
    next_offset: int | None
    items: list[CertificateOut]


class AsOf(StrictRequest):
    """``day``: as it was on that day; ``known``: as it was known at the end of that day."""

    day: Day | None = None
    known: Day | None = None


class CountOut(Schema):
    """How many certificates of a unit are in force by kind, run out within 90 days, must be changed, are late."""

    unit: str
    unit_name: str
    organisation: int
    personal: int
    sim: int
    service: int
    soon: int
    must_change: int
    late: int


def _actor_of_request(request: HttpRequest) -> Actor:
    actor: Actor = getattr(request, "actor", NOBODY)
    actor.must_be_able_to(SEE_CERTIFICATES)
    return actor


def _certificate_fields(one: Version, day: date) -> dict[str, Any]:
    own = ("kind", "subject", "holder", "post_title", "first_day", "last_day", "device", "must", "must_change_by")
    return {name: getattr(one, name) for name in own} | {
        "ref": one.certificate.ref,
        "issuer": one.certificate.issuer,
        "serial": one.certificate.serial,
        "state": search.shown_state(one, day),
        "unit": one.unit.ref,
        "unit_name": one.unit.name,
        "illustrative": one.certificate.is_demo,
    }


@router.get("/certificates", response=CertificatesOut, summary="Find certificates")
def list_certificates(request: HttpRequest, asked: Annotated[CertificatesAsked, Query()]) -> dict[str, Any]:
    """Certificates at units where the asker may see them, a hundred at a time, those that run out first on top."""
    day = asked.day or clock.today()
    certificate_filter = search.CertificateFilter(
        words=asked.words, kind=asked.kind, state=asked.state, unit=asked.unit
    )
    versions = search.certificates_matching(certificate_filter, by=_actor_of_request(request), day=day)
    total, end = versions.count(), asked.offset + A_PAGE
    items = [_certificate_fields(version, day) for version in versions[asked.offset : end]]
    return {"day": day, "total": total, "next_offset": end if end < total else None, "items": items}


@router.get("/certificates/counts", response=list[CountOut], summary="Counts by unit")
def count_certificates(request: HttpRequest) -> list[dict[str, Any]]:
    """Counts of today by unit, those with most to do first."""
    rows = numbers.by_unit(by=_actor_of_request(request), day=clock.today())
    return [row | {"unit": row["unit__ref"], "unit_name": row["unit__name"], "must_change": row["due"]} for row in rows]


@router.get("/certificates/{ref}", response=CertificateOut, summary="One certificate, as of a day, as known on a day")
def read_certificate(request: HttpRequest, ref: str, asked: Annotated[AsOf, Query()]) -> dict[str, Any]:
    """What the register says of one certificate; 404 for one that the asker may not see."""
    known_at = datetime.combine(asked.known, time.max, tzinfo=VIETNAM) if asked.known else None
    version = lookup.visible_version(ref, by=_actor_of_request(request), day=asked.day, known_at=known_at)
    return _certificate_fields(version, asked.day or clock.today())
