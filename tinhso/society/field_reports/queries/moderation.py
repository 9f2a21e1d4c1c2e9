"""What waits to be looked at for strangers, and what was hidden from them."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from tinhso.kernel.actor import Actor
from tinhso.society.field_reports.contract import SHOWN
from tinhso.society.field_reports.models import Attachment, Look, Report
from tinhso.society.field_reports.queries import lookup
from tinhso.society.field_reports.rights import HANDLE_FIELD_REPORTS

A_PAGE = 50


def _reports_in_reach(by: Actor) -> QuerySet[Report]:
    reports = Report.objects.filter(kind=Report.Kind.FIELD, status__in=sorted(SHOWN))
    if HANDLE_FIELD_REPORTS in by.everywhere:
        return reports
    return reports.filter(unit__in=sorted(by.places(HANDLE_FIELD_REPORTS)))


def _unreviewed_reports(by: Actor) -> QuerySet[Report]:
    """Not shown and never looked at; or shown with a photo that came after somebody last looked."""
    looks = Look.objects.filter(report=OuterRef("pk"))
    late = Attachment.objects.filter(report=OuterRef("pk"), public=False).exclude(kind=Attachment.Kind.VOICE)
    unseen = late.filter(~Exists(Look.objects.filter(report=OuterRef("report"), at__gte=OuterRef("added_at"))))
    return _reports_in_reach(by).filter(Q(is_public=False) & ~Exists(looks) | Q(is_public=True) & Exists(unseen))


def reports_to_review(by: Actor) -> list[Report]:
    """What nobody has looked at, the oldest first."""
    return list(_unreviewed_reports(by).select_related("unit", "origin_unit").order_by("received_at", "pk")[:A_PAGE])


def review_count(by: Actor) -> int:
    """How much waits; a thousand stands for more."""
    return _unreviewed_reports(by).order_by()[:1000].count()


def hidden_reports(by: Actor) -> list[Report]:
    """What somebody hid, the newest first."""
    reports = _reports_in_reach(by).filter(Exists(Look.objects.filter(report=OuterRef("pk"))), is_public=False)
    return list(reports.select_related("unit", "origin_unit").order_by("-received_at", "-pk")[:A_PAGE])


def coverable_photo(ref: str, *, by: Actor) -> Attachment:
    """A photo that ``by`` may cover; refuses others'."""
    attachment = (
        Attachment.objects.select_related("report__unit", "picture").filter(ref=ref, picture__isnull=False).first()
    )
    if attachment is None:
        raise lookup.unknown_report(ref)
    by.must_be_able_to(HANDLE_FIELD_REPORTS, at=attachment.report.unit)
    return attachment
