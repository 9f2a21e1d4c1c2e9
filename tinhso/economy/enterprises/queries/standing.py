"""How enterprises stand, for one who looks: what the register holds, how much of it is checked, how firms score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from tinhso.economy.enterprises.models import Assessment, Firm, Household, SiteCheck
from tinhso.economy.enterprises.queries.lookup import ALIVE, reached
from tinhso.kernel.actor import Actor

SMALL = ("micro", "small", "medium")
SHOWN = 20


@dataclass(frozen=True)
class Use:
    """How many use a tool, of how many."""

    label: str
    count: int
    out_of: int
    query: str = ""

    @property
    def share(self) -> float:
        """Per cent; 0 where there is nobody."""
        return round(100 * self.count / self.out_of, 1) if self.out_of else 0.0

    @property
    def width(self) -> int:
        """The width of its bar."""
        return round(self.share)


@dataclass(frozen=True)
class Standing:
    """Numbers and lists of the first page."""

    firms: int
    branches: int
    it: int
    households: int
    tools: Sequence[Use]
    home_tools: Sequence[Use]
    sites: Use
    checked: Use
    silent: Sequence[Any]
    silent_all: int
    score: float | None
    assessed: int
    told_on: Any

    @property
    def site_uses(self) -> Sequence[Use]:
        """Sites that are declared, and those of them that were seen."""
        return self.sites, self.checked


def of(by: Actor) -> Standing:
    """What ``by`` may see of it."""
    firms = Firm.objects.filter(ALIVE, reached(by), kind=Firm.Kind.FIRM)
    homes = Household.objects.filter(ALIVE, reached(by))
    silent = _with_last(firms.exclude(site="")).filter(answered=False)
    told = firms.aggregate(
        all=Count("pk"), it=Count("pk", Q(sector="it")), small=Count("pk", Q(size__in=SMALL)),
        small_platform=Count("pk", Q(size__in=SMALL, platform=True)), site=Count("pk", Q(site__endswith=".vn")),
        told_on=Max("told_on"),
        **{name: Count("pk", Q(**{name: True})) for name in ("e_tax", "e_invoice", "signature", "shop")},
    )  # fmt: skip
    scored = Assessment.objects.filter(firm__in=firms.values("ref")).order_by("firm", "-at").distinct("firm")
    scores = Assessment.objects.filter(pk__in=scored.values("pk")).aggregate(mean=Avg("score"), all=Count("pk"))
    return Standing(
        firms=told["all"], it=told["it"], households=homes.count(), tools=_tools(told), home_tools=_home_tools(homes),
        branches=Firm.objects.filter(ALIVE, reached(by), kind=Firm.Kind.BRANCH).count(),
        sites=Use(_("Khai có trang web .vn"), told["site"], told["all"]),
        checked=_checked(firms, told["site"]), silent=list(silent.select_related("unit")[:SHOWN]),
        silent_all=silent.count(), score=None if scores["mean"] is None else float(scores["mean"]),
        assessed=scores["all"], told_on=told["told_on"],
    )  # fmt: skip


def _tools(told: dict[str, Any]) -> list[Use]:
    return [
        Use(_("Doanh nghiệp nhỏ và vừa dùng nền tảng số"), told["small_platform"], told["small"]),
        Use(_("Nộp thuế điện tử"), told["e_tax"], told["all"]),
        Use(_("Dùng hóa đơn điện tử"), told["e_invoice"], told["all"]),
        Use(_("Dùng chữ ký số"), told["signature"], told["all"]),
        Use(_("Bán hàng trên sàn thương mại điện tử"), told["shop"], told["all"]),
    ]


def _home_tools(homes: "QuerySet[Household]") -> list[Use]:
    words = {
        "cashless": _("Nhận thanh toán không tiền mặt"), "e_tax": _("Nộp thuế điện tử"),
        "e_invoice": _("Dùng hóa đơn điện tử"), "shop": _("Bán hàng trên sàn thương mại điện tử"),
    }  # fmt: skip
    told = homes.aggregate(all=Count("pk"), **{name: Count("pk", Q(**{name: True})) for name in words})
    return [Use(label, told[name], told["all"]) for name, label in words.items()]


def _with_last(firms: "QuerySet[Firm]") -> "QuerySet[Any]":
    """Firms with what the last look at the site that they declare now has found."""
    last = SiteCheck.objects.filter(firm=OuterRef("ref"), site=OuterRef("site")).order_by("-at")
    return firms.annotate(answered=Subquery(last.values("answered")[:1]), looked_at=Subquery(last.values("at")[:1]))


def _checked(firms: "QuerySet[Firm]", declared: int) -> Use:
    found = _with_last(firms.filter(site__endswith=".vn")).filter(answered=True).count()
    return Use(_("Trong đó hệ thống đã thấy trang trả lời"), found, declared)


@dataclass(frozen=True)
class FirmPage:
    """One firm beyond its record."""

    firm: Any
    checks: Sequence[SiteCheck]
    assessments: Sequence[Assessment]
    invited_until: datetime | None


def page_of(firm: Any, assessments: Sequence[Assessment], invited_until: datetime | None) -> FirmPage:
    """A firm with its looks and assessments."""
    checks = list(SiteCheck.objects.filter(firm=firm.ref).order_by("-at", "-pk")[:SHOWN])
    return FirmPage(firm, checks, assessments, invited_until)
