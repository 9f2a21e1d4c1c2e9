"""A volunteer logs a visit and a difficulty on a phone without a script; the commune answers; the month is one tap."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import teams
from tinhso.kernel import clock
from tinhso.society.community_teams.models import Difficulty, MonthReport, Visit
from tinhso.society.community_teams.queries import month


def test_a_volunteer_helps_tells_and_reports_and_the_commune_answers(opened: Callable[..., Page]) -> None:
    team = teams.a_team("TCN-HT")
    phone = opened(teams.MEMBER, size="phone", script=False)

    phone.goto(f"/community/teams/{team.ref}/log/")
    phone.get_by_label("tại chợ, nơi kinh doanh").check()
    phone.get_by_label("Số người được hướng dẫn").fill("4")
    phone.get_by_label("Nộp hồ sơ trực tuyến").check()
    phone.get_by_label("Trong đó nữ").fill("9")
    phone.get_by_role("button", name="Lưu").click()
    expect(phone.get_by_text("không được lớn hơn")).to_be_visible()
    phone.get_by_label("Trong đó nữ").fill("3")
    phone.get_by_role("button", name="Lưu").click()
    expect(phone.get_by_text("Đã ghi lượt hỗ trợ")).to_be_visible()
    phone.goto(f"/community/teams/{team.ref}/tell/")
    phone.get_by_label("Sóng yếu").check()
    phone.get_by_label("Kể rõ").fill("Cuối ấp không mở được trang nộp hồ sơ")
    phone.get_by_role("button", name="Lưu").click()
    one = Difficulty.objects.get(team=team)
    phone.goto(f"/community/teams/{team.ref}/report/?month={clock.today():%Y-%m}")
    phone.get_by_role("button", name="Gửi báo cáo").click()
    expect(phone.get_by_text("Đã gửi báo cáo tháng")).to_be_visible()

    desk = opened(teams.MEMBER, script=False)
    desk.goto("/community/difficulties/")
    desk.get_by_role("link", name="Sóng yếu").first.click()
    desk.goto(f"/community/difficulties/{one.ref}/")
    desk.get_by_label("Người dân làm thế nào").fill("Đã đặt điểm phát sóng ở nhà văn hóa ấp")
    desk.get_by_role("button", name="Trả lời").click()
    expect(desk.get_by_text("Đã trả lời.")).to_be_visible()

    report = MonthReport.objects.get(team=team)
    assert (Visit.objects.get(team=team).people, report.figures) == (
        4,
        month.month_figures(team, report.month) | {"answered": 0, "waiting": 1},
    )
