"""The words and shares that the invented teams are made of; no name is a real one."""

from collections.abc import Mapping
from datetime import date, datetime, time
from random import Random

from tinhso.kernel import clock

WHY = "Dữ liệu minh họa"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
MIDDLE = ("Văn", "Thị", "Minh", "Ngọc", "Thanh", "Hữu", "Kim", "Quốc", "Mỹ", "Hoàng")
GIVEN = (
    "An",
    "Bình",
    "Châu",
    "Dung",
    "Giang",
    "Hạnh",
    "Khánh",
    "Lan",
    "Mai",
    "Nam",
    "Oanh",
    "Phúc",
    "Quý",
    "Sơn",
    "Tâm",
    "Uyên",
    "Vinh",
    "Xuân",
    "Yến",
    "Đạt",
)
SIDES = ("Đông", "Tây", "Nam", "Bắc", "Thượng", "Hạ", "Trung", "Chánh")
ROOTS = ("An", "Bình", "Phú", "Tân", "Thạnh", "Hòa", "Long", "Mỹ", "Hưng", "Lộc")
BODIES = {
    "youth": 30,
    "women": 16,
    "hamlet": 18,
    "police": 8,
    "official": 10,
    "farmers": 7,
    "veterans": 4,
    "school": 4,
    "company": 1,
    "other": 2,
}
TOPICS = {
    "dvc": 30,
    "vneid": 26,
    "thanh-toan": 18,
    "an-toan": 14,
    "thiet-bi": 12,
    "ky-so": 9,
    "mua-ban": 7,
    "phan-anh": 6,
    "y-te": 5,
    "khac": 2,
}
TROUBLES = {
    "dinh-danh": "Người lớn tuổi quên mật khẩu, số điện thoại cũ đã hủy nên không nhận được mã xác nhận.",
    "thu-tuc-kho": "Biểu mẫu đăng ký khai tử trên mạng hỏi nhiều mục người dân không hiểu, phải gọi hỏi mới điền được.",
    "song-yeu": "Cuối ấp gần bờ sông sóng yếu, mở trang nộp hồ sơ mất vài phút rồi báo lỗi.",
    "loi-he-thong": "Nộp hồ sơ buổi chiều hay bị báo quá tải, sáng hôm sau mới nộp được.",
    "thieu-may": "Nhiều hộ chỉ có điện thoại phím bấm, phải mượn máy của con cháu ở xa về.",
    "thanh-toan": "Trả phí trên cổng bị trừ tiền nhưng hồ sơ vẫn báo chưa nộp.",
    "lua-dao": "Có người gọi xưng là công an hướng dẫn cài phần mềm giả VNeID.",
    "khac": "Người dân hỏi có lớp học buổi tối cho người đi làm không.",
}
ANSWER = "Đã hướng dẫn cách làm và liên hệ bộ phận kỹ thuật; người dân đến điểm hỗ trợ của xã để được làm giúp."
LESSONS = (
    ("thiet-bi", "Dùng điện thoại thông minh an toàn"),
    ("dich-vu-cong", "Nộp hồ sơ trực tuyến, ký số từ xa"),
    ("thanh-toan", "Thanh toán không tiền mặt ở chợ"),
    ("an-toan", "Nhận biết cuộc gọi, tin nhắn lừa đảo"),
    ("huong-dan", "Kỹ năng hướng dẫn người lớn tuổi"),
    ("noi-dung", "Quay phim ngắn giới thiệu nông sản"),
)
TASKS = (
    "Vận động người dân cài VNeID mức 2",
    "Hướng dẫn tiểu thương dán mã VietQR",
    "Rà soát người chưa có điện thoại thông minh",
    "Tuyên truyền Ngày Công dân số",
)


def choose_by_share(shares: Mapping[str, float], random: Random) -> str:
    """One of the keys, as often as its share."""
    return random.choices(list(shares), list(shares.values()))[0]


def moment_of(day: date) -> datetime:
    """A moment of working hours on ``day``."""
    return datetime.combine(day, time(9), tzinfo=clock.VIETNAM)
