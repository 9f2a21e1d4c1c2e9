"""The firms behind figures that no filter of the register tells: by their sites as seen, by their assessments."""

from collections.abc import Callable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tinhso.economy.enterprises.models import Assessment, Firm, SiteCheck
from tinhso.economy.enterprises.queries.lookup import ALIVE, within_reach
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

Firms = QuerySet[Any, Any]
SMALL = ("micro", "small", "medium")


def with_site(firms: Firms) -> Firms:
    """Firms that declare a .vn site, each with what the last look at it has found."""
    return _looked_at(firms.filter(site__endswith=".vn"))


def with_answering_site(firms: Firms) -> Firms:
    """Those of them whose site answered when it was last looked at."""
    return with_site(firms).filter(answered=True)


def firms_unchecked(firms: Firms) -> Firms:
    """Those of them whose site nobody has looked at."""
    return with_site(firms).filter(answered=None)


def firms_not_answering(firms: Firms) -> Firms:
    """Firms whose site, wherever it is, did not answer when it was last looked at."""
    return _looked_at(firms.exclude(site="")).filter(answered=False)


def firms_assessed(firms: Firms) -> Firms:
    """Firms that assessed themselves, each with the points of the last time."""
    last = Assessment.objects.filter(firm=OuterRef("ref")).order_by("-at", "-pk")
    annotated_firms: Firms = firms.annotate(
        score=Subquery(last.values("score")[:1]), scored_at=Subquery(last.values("at")[:1])
    )
    scored: Firms = annotated_firms.filter(score__isnull=False)
    return scored


def small_platform(firms: Firms) -> Firms:
    """Small and medium firms on digital platforms."""
    return firms.filter(size__in=SMALL, platform=True)


def last_assessments(firms: Firms) -> "QuerySet[Assessment]":
    """The last assessment of each firm."""
    last = Assessment.objects.filter(firm__in=firms.values("ref")).order_by("firm", "-at", "-pk").distinct("firm")
    return Assessment.objects.filter(pk__in=last.values("pk"))


LISTS: dict[str, tuple[Any, Callable[[Firms], Firms]]] = {
    "site": (_("Khai có trang web .vn"), with_site),
    "seen": (_("Trang web .vn hệ thống đã thấy trả lời"), with_answering_site),
    "unasked": (_("Trang web .vn chưa được hỏi"), firms_unchecked),
    "silent": (_("Trang web lần hỏi cuối không trả lời"), firms_not_answering),
    "assessed": (_("Doanh nghiệp đã tự đánh giá"), firms_assessed),
    "small_platform": (_("Doanh nghiệp nhỏ và vừa dùng nền tảng số"), small_platform),
}


def firms_behind(what: str, by: Actor) -> tuple[str, Firms]:
    """What a list is called, and the firms of it that ``by`` may see; refuses a list that there is not."""
    if what not in LISTS:
        raise Refused("unknown_list", gettext("Không có danh sách này."))
    name, narrowed = LISTS[what]
    firms = Firm.objects.filter(ALIVE, within_reach(by), kind=Firm.Kind.FIRM)
    return str(name), narrowed(firms).select_related("unit").order_by("name_key", "pk")


def firms_path(what: str) -> str:
    """Where a list is."""
    return reverse("enterprises:behind", args=[what])


def _looked_at(firms: Firms) -> Firms:
    last = SiteCheck.objects.filter(firm=OuterRef("ref"), site=OuterRef("site")).order_by("-at")
    checked_firms: Firms = firms.annotate(
        answered=Subquery(last.values("answered")[:1]), looked_at=Subquery(last.values("at")[:1])
    )
    return checked_firms
