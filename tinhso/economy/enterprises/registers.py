"""Firms and household businesses as registers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.open_data.contract import declare_open_records
from tinhso.blocks.registers.contract import RecordLink, Register, declare_register
from tinhso.blocks.registers.queries.openness import records_of
from tinhso.economy.enterprises import contract
from tinhso.economy.enterprises.models import Firm, Household
from tinhso.economy.enterprises.rights import MANAGE_ENTERPRISES, SEE_ENTERPRISES


def _firm_links(firm: Any, day: date) -> Sequence[RecordLink]:
    return [RecordLink(_("Tự đánh giá và trang web"), reverse("enterprises:firm", args=[firm.ref]))]


def _whole_firm(values: Mapping[str, Any]) -> Mapping[str, str]:
    """The tax code is one, and says whether it is a branch's; tools have a source with a day."""
    code = str(values.get("code") or "")
    wrong: dict[str, str] = {}
    if not contract.is_tax_code(code):
        wrong["code"] = _("Không phải mã số thuế: sai số chữ số hoặc sai số kiểm tra.")
    elif contract.is_branch(code) != (values.get("kind") == Firm.Kind.BRANCH):
        wrong["kind"] = _("Mã 13 chữ số là của chi nhánh, mã 10 chữ số là của doanh nghiệp.")
    return wrong | _source_day_faults(values, ("platform", "e_tax", "e_invoice", "signature", "shop", "site"))


def _whole_household(values: Mapping[str, Any]) -> Mapping[str, str]:
    code = str(values.get("tax_code") or "")
    wrong: dict[str, str] = {}
    if code and not contract.is_household_code(code):
        wrong["tax_code"] = _("Không phải mã số thuế, cũng không phải số định danh 12 chữ số.")
    return wrong | _source_day_faults(values, ("e_tax", "e_invoice", "cashless", "shop"))


def _source_day_faults(values: Mapping[str, Any], tools: Sequence[str]) -> dict[str, str]:
    if any(values.get(tool) for tool in tools) and not values.get("told_on"):
        return {"told_on": _("Đã ghi công cụ số thì ghi ngày của nguồn.")}
    return {}


FIRMS = declare_register(
    Register(
        code="firms",
        model=Firm,
        prefix="DN",
        name="Doanh nghiệp",
        name_en="Enterprises",
        icon="building",
        description="Doanh nghiệp, chi nhánh và công cụ số đang dùng, có nguồn và ngày.",
        description_en="Firms, their branches and the digital tools they use, with source and day.",
        see=SEE_ENTERPRISES,
        change=MANAGE_ENTERPRISES,
        keys=("code",),
        filters=("kind", "sector", "size", "told_by", "platform", "e_tax", "e_invoice", "signature", "shop"),
        columns=(
            "code",
            "name",
            "unit",
            "kind",
            "sector",
            "size",
            "address",
            "founded_on",
            "platform",
            "e_tax",
            "e_invoice",
            "signature",
            "shop",
            "site",
            "told_by",
            "told_on",
        ),
        listed=("code", "unit", "sector", "size", "site"),
        colour="sector",
        check=_whole_firm,
        more=_firm_links,
        open=("code", "name", "unit", "kind", "sector", "size", "platform", "site", "told_by", "told_on"),
    )
)
HOUSEHOLDS = declare_register(
    Register(
        code="households",
        model=Household,
        prefix="HK",
        name="Hộ kinh doanh",
        name_en="Household businesses",
        description="Hộ kinh doanh và công cụ số đang dùng. Dữ liệu cá nhân của chủ hộ được che.",
        description_en="Household businesses and the digital tools they use. Personal data of owners are masked.",
        see=SEE_ENTERPRISES,
        change=MANAGE_ENTERPRISES,
        keys=("number",),
        filters=("sector", "told_by", "cashless", "e_tax", "e_invoice", "shop"),
        icon="home",
        columns=(
            "number",
            "name",
            "unit",
            "sector",
            "tax_code",
            "owner",
            "phone",
            "address",
            "e_tax",
            "e_invoice",
            "cashless",
            "shop",
            "told_by",
            "told_on",
        ),
        private=("tax_code", "owner", "phone", "address"),
        listed=("number", "unit", "sector", "cashless"),
        colour="sector",
        check=_whole_household,
        open=("unit", "sector", "cashless", "shop"),
    )
)

for _one in (FIRMS, HOUSEHOLDS):
    declare_open_records(records_of(_one))
