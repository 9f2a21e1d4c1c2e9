"""The one data structure: what identifies an observation, what it measures, and what is said about it."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

from tinhso.blocks.indicators.contract import FigureStatus

DIMENSION, TIME, MEASURE = "dimension", "time", "measure"
INDICATOR, OBSERVATION = "INDICATOR", "observation"


@dataclass(frozen=True)
class Component:
    """A part of the structure. ``role`` is what it is, or (of an attribute) what it is attached to."""

    id: str
    role: str
    name: str
    codelist: str = ""
    format: str = "String"
    mandatory: bool = False

    @property
    def is_attribute(self) -> bool:
        """Whether it says something about observations instead of identifying or measuring them."""
        return self.role in (INDICATOR, OBSERVATION)


COMPONENTS: Final = (
    Component("FREQ", DIMENSION, gettext_noop("Tần suất"), "CL_FREQ"),
    Component("INDICATOR", DIMENSION, gettext_noop("Chỉ tiêu"), "CL_INDICATOR"),
    Component("REF_AREA", DIMENSION, gettext_noop("Đơn vị"), "CL_REF_AREA"),
    Component("BASIS", DIMENSION, gettext_noop("Cơ sở đơn vị"), "CL_BASIS"),
    Component("BREAKDOWN", DIMENSION, gettext_noop("Phân tổ"), "CL_BREAKDOWN"),
    Component("TIME_PERIOD", TIME, gettext_noop("Kỳ"), format="ObservationalTimePeriod"),
    Component("OBS_VALUE", MEASURE, gettext_noop("Giá trị"), format="Decimal"),
    Component("OBS_STATUS", OBSERVATION, gettext_noop("Trạng thái quan sát"), "CL_OBS_STATUS", mandatory=True),
    Component("CONF_STATUS", OBSERVATION, gettext_noop("Mức công khai"), "CL_CONF_STATUS", mandatory=True),
    Component("NUMERATOR", OBSERVATION, gettext_noop("Tử số"), format="Decimal"),
    Component("DENOMINATOR", OBSERVATION, gettext_noop("Mẫu số"), format="Decimal"),
    Component("REPORTED", OBSERVATION, gettext_noop("Số báo cáo đã có"), format="Integer"),
    Component("EXPECTED", OBSERVATION, gettext_noop("Số báo cáo phải có"), format="Integer"),
    Component("MARGIN", OBSERVATION, gettext_noop("Sai số của ước lượng (95%)"), format="Decimal"),
    Component("LAST_UPDATE", OBSERVATION, gettext_noop("Biết từ lúc"), format="ObservationalTimePeriod"),
    Component("UNIT_MEASURE", INDICATOR, gettext_noop("Đơn vị tính"), "CL_UNIT_MEASURE", mandatory=True),
    Component("DECIMALS", INDICATOR, gettext_noop("Số chữ số thập phân"), format="Integer", mandatory=True),
    Component("SOURCE", INDICATOR, gettext_noop("Nguồn")),
    Component("SNAPSHOT", INDICATOR, gettext_noop("Số bản chụp"), format="Integer", mandatory=True),
)
BY_ID: Final = {component.id: component for component in COMPONENTS}
DIMENSIONS: Final = tuple(component for component in COMPONENTS if component.role == DIMENSION)
KEY: Final = tuple(component.id for component in DIMENSIONS)
ATTRIBUTES: Final = tuple(component for component in COMPONENTS if component.is_attribute)

TOTAL = "_T"  # not broken down
FREQUENCIES: Final = {"day": "D", "month": "M", "quarter": "Q", "year": "A"}
# Codes of the SDMX cross-domain code lists
STATUSES: Final = {FigureStatus.OFFICIAL: "A", FigureStatus.PRELIMINARY: "P", FigureStatus.ESTIMATE: "E"}
NOT_REPORTED, NOT_KNOWN, CANNOT_EXIST, SUPPRESSED = "O", "L", "M", "Q"
FREE, NOT_FOR_PUBLICATION, CONFIDENTIAL = "F", "N", "C"

# code list → code → Vietnamese label
FIXED: Final = {
    "CL_FREQ": {
        "D": gettext_noop("Hằng ngày"),
        "M": gettext_noop("Hằng tháng"),
        "Q": gettext_noop("Hằng quý"),
        "A": gettext_noop("Hằng năm"),
    },
    "CL_BASIS": {
        "published": gettext_noop("Như đã công bố"),
        "current": gettext_noop("Theo đơn vị ngày nay"),
        "old": gettext_noop("Theo đơn vị cũ"),
    },
    "CL_OBS_STATUS": {
        "A": gettext_noop("Chính thức"),
        "P": gettext_noop("Sơ bộ"),
        "E": gettext_noop("Ước tính"),
        NOT_REPORTED: gettext_noop("Chưa có báo cáo"),
        NOT_KNOWN: gettext_noop("Không tính được trên cơ sở này"),
        CANNOT_EXIST: gettext_noop("Không có: mẫu số bằng không"),
        SUPPRESSED: gettext_noop("Không cho xem"),
    },
    "CL_CONF_STATUS": {
        FREE: gettext_noop("Được xem"),
        NOT_FOR_PUBLICATION: gettext_noop("Không dành cho người đọc này"),
        CONFIDENTIAL: gettext_noop("Được giữ kín: số quá nhỏ"),
    },
}
NAMES: Final = {
    "CL_FREQ": gettext_noop("Tần suất"),
    "CL_BASIS": gettext_noop("Cơ sở đơn vị"),
    "CL_OBS_STATUS": gettext_noop("Trạng thái quan sát"),
    "CL_CONF_STATUS": gettext_noop("Mức công khai"),
    "CL_INDICATOR": gettext_noop("Chỉ tiêu"),
    "CL_REF_AREA": gettext_noop("Đơn vị hành chính và cơ quan"),
    "CL_BREAKDOWN": gettext_noop("Phân tổ"),
    "CL_UNIT_MEASURE": gettext_noop("Đơn vị tính"),
}
