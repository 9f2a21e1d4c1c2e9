"""How enterprises stand, for one who looks: what the register holds, how much of it is checked, how firms score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.registers.queries.tiles import RegisterTile, TileMaker, filtered_list_address, last_written
from tinhso.economy.enterprises.models import Assessment, Firm, Household, SiteCheck
from tinhso.economy.enterprises.queries import behind
from tinhso.economy.enterprises.queries.behind import SMALL
from tinhso.economy.enterprises.queries.lookup import ALIVE, within_reach
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead
from tinhso.ui.round_trips import read_together, totals_read

HOME_TOOLS = ("cashless", "e_tax", "e_invoice", "shop")
SHOWN = 20


@dataclass(frozen=True)
class Use:
    """How many use a tool, of how many."""

    label: str
    count: int
    out_of: int
    href: str = ""

    @property
    def share(self) -> float:
        """Per cent; 0 where there is nobody."""
        return round(100 * self.count / self.out_of, 1) if self.out_of else 0.0

    @property
    def width(self) -> int:
        """The width of its bar."""
        return round(self.share)


@dataclass(frozen=True)
class EnterprisesOverview:
    """Numbers and lists of the first page."""

    tiles: Sequence[RegisterTile]
    tools: Sequence[Use]
    home_tools: Sequence[Use]
    sites: Use
    checked: Use
    silent: Sequence[Any]
    silent_all: int
    told_on: Any
    homes_told_on: Any
    looked_at: datetime | None

    @property
    def site_uses(self) -> Sequence[Use]:
        """Sites that are declared, and those of them that were seen."""
        return self.sites, self.checked


def enterprises_overview(by: Actor) -> EnterprisesOverview:
    """What ``by`` may see of it."""
    firms = Firm.objects.filter(ALIVE, within_reach(by), kind=Firm.Kind.FIRM)
    homes = Household.objects.filter(ALIVE, within_reach(by))
    silent = behind.firms_not_answering(firms)
    numbers = _overview_numbers(by, firms, homes, silent)
    values, home = numbers["firms"], numbers["homes"]
    return EnterprisesOverview(
        tiles=_overview_tiles(numbers),
        tools=_tool_use(values),
        home_tools=_home_tools(home),
        sites=Use(_("Khai có trang web .vn"), values["site"], values["all"], behind.firms_path("site")),
        checked=Use(
            _("Trong đó hệ thống đã thấy trang trả lời"),
            numbers["seen"]["all"],
            values["site"],
            behind.firms_path("seen"),
        ),
        silent=list(silent.select_related("unit")[:SHOWN]),
        silent_all=numbers["silent"]["all"],
        told_on=values["told_on"],
        homes_told_on=home["told_on"],
        looked_at=numbers["looks"]["last"],
    )


def _overview_numbers(
    by: Actor, firms: "QuerySet[Firm]", homes: "QuerySet[Household]", silent: "QuerySet[Firm]"
) -> dict[str, Mapping[str, Any]]:
    """Every number of the first page, read together; ``written``: when each register was last written."""
    tools = {name: Count("pk", Q(**{name: True})) for name in ("e_tax", "e_invoice", "signature", "shop")}
    home_tools = {name: Count("pk", Q(**{name: True})) for name in HOME_TOOLS}
    branches = Firm.objects.filter(ALIVE, within_reach(by), kind=Firm.Kind.BRANCH)
    everything = Count("pk")
    reads: dict[str, DeferredRead[Mapping[str, Any]]] = {
        "firms": totals_read(
            firms,
            dict,
            all=everything,
            it=Count("pk", Q(sector="it")),
            small=Count("pk", Q(size__in=SMALL)),
            small_platform=Count("pk", Q(size__in=SMALL, platform=True)),
            site=Count("pk", Q(site__endswith=".vn")),
            told_on=Max("told_on"),
            **tools,
        ),
        "homes": totals_read(homes, dict, all=everything, told_on=Max("told_on"), **home_tools),
        "branches": totals_read(branches, dict, all=everything),
        "scored": totals_read(behind.last_assessments(firms), dict, mean=Avg("score"), all=everything, last=Max("at")),
        "seen": totals_read(behind.with_answering_site(firms), dict, all=everything),
        "silent": totals_read(silent, dict, all=everything),
        "looks": totals_read(SiteCheck.objects.all(), dict, last=Max("at")),
        "written": last_written("firms", "households"),
    }
    return dict(zip(reads, read_together(list(reads.values())), strict=True))


def _overview_tiles(numbers: Mapping[str, Mapping[str, Any]]) -> list[RegisterTile]:
    make, values, scored = TileMaker(numbers["written"]), numbers["firms"], numbers["scored"]
    assessed, source = behind.firms_path("assessed"), _("Tự đánh giá")
    score = None if scored["mean"] is None else float(scored["mean"])
    return [
        make.tile("firms", _("Doanh nghiệp"), values["all"], kind="firm"),
        make.tile("firms", _("Chi nhánh"), numbers["branches"]["all"], kind="branch"),
        make.tile(
            "firms", _("Doanh nghiệp công nghệ thông tin"), values["it"], values["all"], kind="firm", sector="it"
        ),
        make.tile("households", _("Hộ kinh doanh"), numbers["homes"]["all"]),
        RegisterTile(_("Doanh nghiệp đã tự đánh giá"), scored["all"], assessed, source, scored["last"], values["all"]),
        RegisterTile(_("Điểm tự đánh giá bình quân"), score, assessed, source, scored["last"], decimals=1),
    ]


def _tool_use(values: Mapping[str, Any]) -> list[Use]:
    words = {
        "e_tax": _("Nộp thuế điện tử"),
        "e_invoice": _("Dùng hóa đơn điện tử"),
        "signature": _("Dùng chữ ký số"),
        "shop": _("Bán hàng trên sàn thương mại điện tử"),
    }
    label, small = _("Doanh nghiệp nhỏ và vừa dùng nền tảng số"), behind.firms_path("small_platform")
    return [
        Use(label, values["small_platform"], values["small"], small),
        *(
            Use(
                words[name], values[name], values["all"], filtered_list_address("firms", {"kind": "firm", name: "true"})
            )
            for name in words
        ),
    ]


def _home_tools(values: Mapping[str, Any]) -> list[Use]:
    words = {
        "cashless": _("Nhận thanh toán không tiền mặt"),
        "e_tax": _("Nộp thuế điện tử"),
        "e_invoice": _("Dùng hóa đơn điện tử"),
        "shop": _("Bán hàng trên sàn thương mại điện tử"),
    }
    return [
        Use(words[name], values[name], values["all"], filtered_list_address("households", {name: "true"}))
        for name in HOME_TOOLS
    ]


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
