"""Papers: what lies in a vault, what may be used again, who may read one, and how many were digitised and reused."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import may_read
from tinhso.blocks.documents.models import Digitisation, Paper, PaperUse
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused


@dataclass(frozen=True)
class Figures:
    """Counts of a span, each with what it is a part of.

    ``digitised`` of the ``papers`` that came in then are readable by now; ``results_digitised`` of the ``results``;
    ``reused`` of the ``uses`` took a paper that was there before.
    """

    papers: int
    digitised: int
    results: int
    results_digitised: int
    uses: int
    reused: int


def owner_mark(owner: str) -> str:
    """How an owner stands in the database: a keyed hash, the same for the same key of the caller; "" for nobody."""
    if not owner:
        return ""
    return hmac.new(settings.OWNER_KEY.encode(), owner.strip().encode(), hashlib.sha256).hexdigest()


def paper(ref: str) -> Paper:
    """The paper with a reference; refuses an unknown one."""
    paper_record = Paper.objects.filter(ref=ref).select_related("file").first()
    if paper_record is None:
        raise Refused("unknown_paper", _("Không có giấy tờ nào có mã “%(ref)s”."), ref=ref)
    return paper_record


def masked_owner(paper: Paper) -> str:
    """Whose it is as lists may show it: ``••••1234``."""
    return f"••••{paper.owner_end}" if paper.owner else ""


def papers_of_owner(owner: str) -> QuerySet[Paper]:
    """Papers of an owner, newest first, each with ``reused_count``; what was withdrawn is among them."""
    papers = Paper.objects.filter(owner=owner_mark(owner)) if owner else Paper.objects.none()
    return _with_reuse_count(papers)


def reusable_papers(owner: str, kind: str, *, day: date) -> QuerySet[Paper]:
    """Papers of an owner and kind that hold on ``day``, newest first."""
    return papers_of_owner(owner).filter(Q(valid_until=None) | Q(valid_until__gte=day), kind=kind, withdrawn_at=None)


def used_in(ref: str) -> QuerySet[Paper]:
    """Papers used in something, in the order in which they were added."""
    return Paper.objects.filter(uses__used_in=ref).select_related("file").order_by("uses__pk")


def _with_reuse_count(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    reused = Count("uses", filter=Q(uses__reused=True))
    return papers.select_related("file").annotate(reused_count=reused).order_by("-pk")


def readable_by(ref: str, actor: Actor) -> Paper:
    """The paper with a reference, if it is used in something that the actor may read; else 403.

    A stranger hears the same of a paper that is not theirs and of one that does not exist.
    """
    paper_record = Paper.objects.filter(ref=ref).select_related("file").first()
    if paper_record is not None and may_read(actor, _uses_of(paper_record)):
        return paper_record
    raise Forbidden(
        "not_your_paper", _("Bạn không được xem giấy tờ này. Hãy mở nó từ hồ sơ mà bạn đang giải quyết hoặc đã nộp.")
    )


def _uses_of(paper: Paper) -> list[str]:
    """What it is used in, or the paper it was made from."""
    family = Q(paper=paper) | Q(paper=paper.made_from_id) if paper.made_from_id else Q(paper=paper)
    return list(PaperUse.objects.filter(family).values_list("used_in", flat=True))


def digitisation_by_ref(ref: str) -> Digitisation:
    """A scan being made readable; refuses an unknown one."""
    digitisation = Digitisation.objects.filter(ref=ref).select_related("source").first()
    if digitisation is None:
        raise Refused("unknown_digitisation", _("Không có lần số hóa nào có mã “%(ref)s”."), ref=ref)
    return digitisation


def paper_figures(*, since: datetime, until: datetime) -> Figures:
    """What came in and was used from ``since`` up to, not including, ``until``."""
    readable = Q(digitised_at__isnull=False) | Q(Exists(Paper.objects.filter(made_from=OuterRef("pk"))))
    came = Paper.objects.filter(kept_at__gte=since, kept_at__lt=until, made_from=None)
    papers = came.aggregate(
        papers=Count("pk"),
        digitised=Count("pk", filter=readable),
        results=Count("pk", filter=Q(is_result=True)),
        results_digitised=Count("pk", filter=Q(is_result=True) & readable),
    )
    used = PaperUse.objects.filter(at__gte=since, at__lt=until)
    return Figures(**papers, **used.aggregate(uses=Count("pk"), reused=Count("pk", filter=Q(reused=True))))
