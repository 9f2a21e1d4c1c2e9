"""What the operations centre may see of the catalogue: counted from the records, beside what agencies report."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tinhso.blocks.indicators.contract import (
    Access,
    AttentionRead,
    Better,
    Fact,
    Indicator,
    ReadingKind,
    declare_indicators,
    register_attention,
    register_facts,
)
from tinhso.government.public_services.queries import facts
from tinhso.government.public_services.queries.portal import facts as portal
from tinhso.government.public_services.queries.portal import foreign
from tinhso.government.public_services.queries.proactive import facts as proactive

BASIS = "Nghị định 224/2026/NĐ-CP, Điều 14, Điều 19 (từ 01/7/2026); trước đó Nghị định 42/2022/NĐ-CP"


@register_facts
def procedures_as_facts() -> Iterable[Fact]:
    """TTHC: procedures in force; DB-CQG: messages to the portal; HSBN: ministries' cases; CHU-DONG: offers."""
    return [facts.catalogue_fact(), portal.messages_fact(), portal.foreign_fact(), proactive.offers_fact()]


@register_attention
def late_foreign_dossiers(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Cases that are late in ministries' systems."""
    return foreign.late_for_leaders(units, now, limit)


def _procedure_indicator(code: str, name: str, name_en: str, count: str, method: str, **more: Any) -> Indicator:
    out_of = more.get("out_of", "")
    common: dict[str, Any] = {
        "domain": "dich-vu-cong",
        "fact": facts.CODE,
        "kind": ReadingKind.RATIO if out_of else ReadingKind.LATEST,
        "unit_of_measure": "%" if out_of else "dịch vụ",
        "scale": 100 if out_of else 1,
        "decimals": 2 if out_of else 0,
        "source": "Danh mục thủ tục hành chính trong hệ thống",
        "agency": "VPUB",
        "better": Better.HIGHER,
        "basis": BASIS,
        "access": (("", Access.PUBLIC),),
        "smallest": 0,
    }
    return Indicator(code=code, name=name, name_en=name_en, count=count, method=method, **(common | more))


declare_indicators(
    _procedure_indicator(
        "TTHC-01",
        "Thủ tục hành chính còn hiệu lực trong danh mục",
        "Procedures in force in the catalogue",
        "procedures",
        "Đếm thủ tục có phiên bản còn hiệu lực vào ngày cuối kỳ.",
        unit_of_measure="thủ tục",
        better=Better.NONE,
        by=("field", "agency"),
        synonyms=("TTHC", "danh mục"),
    ),
    _procedure_indicator(
        "TTHC-02",
        "Dịch vụ công trực tuyến trong danh mục",
        "Online services in the catalogue",
        "online_services",
        "Đếm thủ tục có mức độ toàn trình hoặc một phần vào ngày cuối kỳ.",
        by=("field", "agency"),
        synonyms=("DVCTT",),
    ),
    _procedure_indicator(
        "TTHC-03",
        "Dịch vụ công toàn trình trong danh mục",
        "Fully online services in the catalogue",
        "full_services",
        "Đếm thủ tục có mức độ toàn trình vào ngày cuối kỳ.",
    ),
    _procedure_indicator(
        "TTHC-04",
        "Dịch vụ công một phần trong danh mục",
        "Partially online services in the catalogue",
        "part_services",
        "Đếm thủ tục có mức độ một phần vào ngày cuối kỳ.",
        better=Better.LOWER,
    ),
    _procedure_indicator(
        "TTHC-05",
        "Dịch vụ trong danh mục đã lên Cổng Dịch vụ công quốc gia",
        "Services on the national portal",
        "on_portal",
        "Đếm dịch vụ công trực tuyến có ngày công khai trên Cổng quốc gia không sau ngày cuối kỳ.",
        by=("agency",),
    ),
    _procedure_indicator(
        "TTHC-06",
        "Tỷ lệ thủ tục được cung cấp trực tuyến",
        "Share of procedures that are online",
        "online_services",
        "Chia dịch vụ công trực tuyến cho thủ tục còn hiệu lực, cùng ngày.",
        out_of="procedures",
        by=("field", "agency"),
    ),
    _procedure_indicator(
        "TTHC-07",
        "Tỷ lệ dịch vụ trực tuyến đã lên Cổng quốc gia",
        "Share of online services on the national portal",
        "on_portal",
        "Chia dịch vụ trên Cổng quốc gia cho dịch vụ công trực tuyến, cùng ngày.",
        out_of="online_services",
    ),
    _procedure_indicator(
        "TTHC-08",
        "Tỷ lệ thủ tục có dịch vụ trên Cổng quốc gia",
        "Share of procedures on the national portal",
        "on_portal",
        "Chia dịch vụ trên Cổng quốc gia cho mọi thủ tục còn hiệu lực, cùng ngày.",
        out_of="procedures",
    ),
    _procedure_indicator(
        "TTHC-09",
        "Tỷ lệ dịch vụ trực tuyến toàn trình",
        "Share of online services that are fully online",
        "full_services",
        "Chia dịch vụ toàn trình cho dịch vụ công trực tuyến, cùng ngày.",
        out_of="online_services",
        by=("agency",),
    ),
    _procedure_indicator(
        "TTHC-10",
        "Dịch vụ một phần không nêu lý do",
        "Partially online services without a reason",
        "part_without_reason",
        "Đếm dịch vụ một phần thiếu lý do hoặc thiếu quy định chuyên ngành; phải là 0.",
        better=Better.LOWER,
    ),
    _procedure_indicator(
        "TTHC-11",
        "Tỷ lệ thủ tục đã đối chiếu với quyết định công bố",
        "Share of procedures checked",
        "verified",
        "Chia thủ tục được đánh dấu đã kiểm chứng cho thủ tục còn hiệu lực.",
        out_of="procedures",
    ),
)


def _portal_indicator(code: str, name: str, name_en: str, count: str, method: str, **more: Any) -> Indicator:
    out_of = more.get("out_of", "")
    common: dict[str, Any] = {
        "fact": portal.MESSAGES,
        "kind": ReadingKind.RATIO if out_of else ReadingKind.SUM,
        "unit_of_measure": "%" if out_of else "thông điệp",
        "source": "Thông điệp của hệ thống lên Cổng Dịch vụ công quốc gia",
        "basis": "Nghị định 224/2026/NĐ-CP, Điều 15.1.g, 15.1.h",
        "access": (("", Access.INTERNAL),),
        "better": Better.LOWER,
    }
    return _procedure_indicator(code, name, name_en, count, method, **(common | more))


MINISTRIES: dict[str, Any] = {
    "fact": portal.FOREIGN,
    "source": "Hồ sơ do hệ thống bộ, ngành đồng bộ về",
    "by": ("nguon",),
}
declare_indicators(
    _portal_indicator(
        "DB-01",
        "Thông điệp về hồ sơ phải chuyển lên Cổng quốc gia",
        "Messages for the national portal",
        "messages",
        "Đếm thông điệp theo lúc việc xảy ra.",
        better=Better.NONE,
        by=("loai",),
        synonyms=("đồng bộ",),
    ),
    _portal_indicator(
        "DB-02",
        "Tỷ lệ thông điệp đến Cổng quốc gia kịp thời",
        "Share of messages that reached the portal promptly",
        "prompt",
        "Chia thông điệp gửi xong trong thời gian tỉnh quy định (mặc định 5 phút) kể từ lúc việc xảy ra cho mọi thông"
        " điệp.",
        out_of="messages",
        better=Better.HIGHER,
        by=("loai",),
        synonyms=("độ trễ đồng bộ",),
    ),
    _portal_indicator(
        "DB-03",
        "Tỷ lệ thông điệp từng gửi hỏng",
        "Share of messages that failed at least once",
        "failed_once",
        "Chia thông điệp có ít nhất một lần gửi không được cho mọi thông điệp.",
        out_of="messages",
    ),
    _portal_indicator(
        "DB-04",
        "Thông điệp dừng lại chờ người xử lý",
        "Messages given up",
        "dead",
        "Đếm thông điệp hết số lần thử hoặc bị Cổng từ chối mà chưa ai xử lý; phải là 0.",
    ),
    _portal_indicator(
        "HSBN-01",
        "Hồ sơ tiếp nhận ở hệ thống bộ, ngành",
        "Dossiers received in ministries' systems",
        "received",
        "Đếm hồ sơ theo lúc hệ thống bộ, ngành ghi tiếp nhận.",
        unit_of_measure="hồ sơ",
        better=Better.NONE,
        **MINISTRIES,
    ),
    _portal_indicator(
        "HSBN-02",
        "Tỷ lệ hồ sơ quá hạn ở hệ thống bộ, ngành",
        "Share of ministries' dossiers past their promise",
        "missed",
        "Chia hồ sơ chưa xong khi đến giờ hẹn cho hồ sơ đến hạn trong kỳ, như hệ thống bộ, ngành kể.",
        out_of="due",
        **MINISTRIES,
    ),
)


def _offer_indicator(code: str, name: str, name_en: str, count: str, method: str, **more: Any) -> Indicator:
    out_of = more.get("out_of", "")
    common: dict[str, Any] = {
        "fact": proactive.CODE,
        "kind": ReadingKind.RATIO if out_of else ReadingKind.SUM,
        "unit_of_measure": "%" if out_of else "lời mời",
        "source": "Lời mời của dịch vụ chủ động trong hệ thống",
        "basis": "Nghị định 224/2026/NĐ-CP, Điều 16, Điều 19",
        "access": (("", Access.INTERNAL),),
        "by": ("quy_tac", "muc"),
    }
    return _procedure_indicator(code, name, name_en, count, method, **(common | more))


declare_indicators(
    _offer_indicator(
        "CD-01",
        "Lời mời của dịch vụ chủ động",
        "Offers of proactive services",
        "offered",
        "Đếm lời mời theo tháng được gửi.",
        better=Better.NONE,
        synonyms=("chủ động", "nhắc"),
    ),
    _offer_indicator(
        "CD-02",
        "Tỷ lệ lời mời chủ động được xem",
        "Share of offers that were opened",
        "opened",
        "Chia lời mời đã được mở ra xem cho lời mời gửi cùng tháng.",
        out_of="offered",
    ),
    _offer_indicator(
        "CD-03",
        "Tỷ lệ lời mời chủ động được đồng ý",
        "Share of offers that were confirmed",
        "confirmed",
        "Chia lời mời được đồng ý, kể cả sau khi sửa, cho lời mời gửi cùng tháng.",
        out_of="offered",
    ),
    _offer_indicator(
        "CD-04",
        "Tỷ lệ lời mời chủ động bị từ chối",
        "Share of offers that were refused",
        "refused",
        "Chia lời mời bị từ chối cho lời mời gửi cùng tháng.",
        out_of="offered",
        better=Better.LOWER,
    ),
    _offer_indicator(
        "CD-05",
        "Tỷ lệ lời mời được hệ thống tự nộp thành hồ sơ",
        "Share of offers filed by themselves",
        "automatic",
        "Chia hồ sơ tự động nộp sau thời gian báo trước cho lời mời gửi cùng tháng.",
        out_of="offered",
        better=Better.NONE,
        synonyms=("tự động",),
    ),
    _offer_indicator(
        "CD-06",
        "Tỷ lệ hồ sơ chủ động được khôi phục như trước",
        "Share of proactive dossiers taken back",
        "restored",
        "Chia hồ sơ người dân yêu cầu khôi phục như trước cho lời mời gửi cùng tháng đã thành hồ sơ.",
        out_of="filed",
        better=Better.LOWER,
        synonyms=("khôi phục",),
    ),
)
