"""Teams, members, what teams did and heard, as facts for the operations centre.

Teams and members are counted at the end of each month from the history of their registers, as it is known now; the rest
in the month in which it happened, where the team was then.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member
from tinhso.blocks.indicators.contract.sql import FIRM, MONTH
from tinhso.blocks.registers.queries import months
from tinhso.blocks.registers.queries.months import HERE, PLACE, UNIT
from tinhso.society.community_teams.models import Member as TeamMember
from tinhso.society.community_teams.models import Team, Visit
from tinhso.society.community_teams.queries import records
from tinhso.society.community_teams.queries.rules import RuleWord, rules

TEAMS, MEMBERS, MONTHS = "TCN", "TCN-V", "TCN-B"
VISITS, TOPICS, DIFFICULTIES = "TCN-H", "TCN-C", "TCN-K"
SEATS, SESSIONS, TASKS = "TCN-T", "TCN-S", "TCN-N"
DOMAIN, AGENCY = "kinh-te-so", "SKHCN"
TOLD = {  # what members are counted for
    "members": "true",
    "in_term": "(one.data->>'term_until')::date >= one.day",
    "women": "one.data->>'gender' = 'female'",
    "gendered": "one.data->>'gender' <> ''",
    "young": "(one.data->>'born')::int >= extract(year FROM one.day) - 35",
    "aged": "one.data->>'born' IS NOT NULL",
    "connected": "one.data->>'account' <> ''",
    "heads": "one.data->>'role' = 'head'",
}


def teams_fact() -> Fact:
    """TCN: teams at the end of each month by tier."""
    names = {"teams": (_("Tổ"), "Teams"), "placed": (_("Tổ có nơi sinh hoạt"), "Teams with a place to meet")}
    values = {"teams": "true", "placed": "one.data->>'place' <> ''"}
    return Fact(
        code=TEAMS,
        name=_("Tổ công nghệ số cộng đồng trong danh mục"),
        name_en="Community teams of the register",
        select=months.counting_sql("teams", {"cap": "tier"}, values),
        fingerprints=months.fingerprints_sql(["teams"]),
        columns=months.fact_columns(names, _("tổ")),
        dims=(_tier_dimension(),),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=months.records_of_month("teams", {"cap": "tier"}),
    )


def members_fact() -> Fact:
    """TCN-V: members at the end of each month by the tier of their team and the body they come from."""
    sums = ", ".join(f"count(*) FILTER (WHERE {holds}) AS {name}" for name, holds in TOLD.items())
    select = f"""
    SELECT {PLACE} AS unit, one.month, team.tier AS cap, one.data->>'body' AS to_chuc, {sums},
           {FIRM.format("one.month")} AS status, max(one.at) AS true_for
    FROM {months.at_month_ends(["team-members"])} one {UNIT}
    JOIN community_teams_team team ON team.id = (one.data->>'team_id')::bigint
    GROUP BY 1, 2, 3, 4
    """
    names = {
        "members": (_("Thành viên"), "Members"),
        "in_term": (_("Thành viên còn nhiệm kỳ"), "Members in their term"),
        "women": (_("Thành viên nữ"), "Women"),
        "gendered": (_("Thành viên rõ giới tính"), "Gender known"),
        "young": (_("Thành viên đến 35 tuổi"), "Members up to 35"),
        "aged": (_("Thành viên rõ năm sinh"), "Age known"),
        "connected": (_("Thành viên có tài khoản"), "Members with an account"),
        "heads": (_("Tổ trưởng"), "Heads"),
    }
    return Fact(
        code=MEMBERS,
        name=_("Thành viên tổ công nghệ số cộng đồng"),
        name_en="Members of community teams",
        select=select,
        fingerprints=months.fingerprints_sql(["team-members"]),
        columns=months.fact_columns(names, _("người")),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        dims=(_tier_dimension(), months.choices_dimension("to_chuc", _("tổ chức"), "body", TeamMember.Body)),
        records=records.member_records,
    )


def months_fact() -> Fact:
    """TCN-B: teams that lived at the end of a month: those that helped somebody, that reported, that did in time."""
    select = f"""
    SELECT {PLACE} AS unit, one.month, one.data->>'tier' AS cap, count(*) AS teams,
           count(*) FILTER (WHERE EXISTS (SELECT FROM community_teams_visit v WHERE v.team_id = team.id
               AND v.voided_at IS NULL AND to_char(v.day, 'YYYY-MM') = one.month)) AS active,
           count(first.at) AS reported,
           count(*) FILTER (WHERE (first.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= first.due_on) AS in_time,
           {FIRM.format("one.month")} AS status, greatest(max(one.at), max(first.at)) AS true_for
    FROM {months.at_month_ends(["teams"])} one {UNIT} JOIN community_teams_team team ON team.ref = one.ref
    LEFT JOIN community_teams_monthreport first ON first.team_id = team.id AND first.month = one.month
        AND first.number = 1
    WHERE one.month >= (SELECT min(month) FROM community_teams_monthreport)
    GROUP BY 1, 2, 3
    """
    prints = f"""
    SELECT ends.month, (SELECT count(*) FROM community_teams_monthreport WHERE month = ends.month) || '.' ||
           (SELECT count(*) || '.' || count(voided_at) FROM community_teams_visit
            WHERE to_char(day, 'YYYY-MM') = ends.month) || '.' ||
           (SELECT coalesce(max(id), 0) FROM registers_version WHERE register = 'teams' AND lower(valid) <= ends.day)
           AS fingerprint
    FROM ({months.month_ends(["teams"])}) ends
    WHERE ends.month >= (SELECT min(month) FROM community_teams_monthreport)
    """
    names = {
        "teams": (_("Tổ đang hoạt động cuối tháng"), "Teams at the end of the month"),
        "active": (_("Tổ có hỗ trợ người dân trong tháng"), "Teams that helped somebody"),
        "reported": (_("Tổ đã gửi báo cáo tháng"), "Teams that reported"),
        "in_time": (_("Tổ gửi báo cáo đúng hạn"), "Teams that reported in time"),
    }
    return Fact(
        code=MONTHS,
        name=_("Tháng hoạt động của tổ"),
        name_en="Months of teams",
        select=select,
        fingerprints=prints,
        columns=months.fact_columns(names, _("tổ"), list(names)),
        dims=(_tier_dimension(),),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=months.records_of_month("teams", {"cap": "tier"}),
    )


def visits_fact() -> Fact:
    """TCN-H: visits and people, by how and by tier; people of whom something is known beside those known to be so."""
    values = {
        name: f"sum(one.people) FILTER (WHERE one.{name} IS NOT NULL)" for name in ("women", "old", "done_by_self")
    }
    sums = {"visits": "count(*)", "people": "sum(one.people)"}
    for name, of in values.items():
        sums |= {name: f"sum(one.{name})", f"{name}_of": of}
    select = f"""
    SELECT place.ref AS unit, to_char(one.day, 'YYYY-MM') AS month, one.kind AS hinh_thuc, team.tier AS cap,
           {", ".join(f"coalesce({sum_expression}, 0)::bigint AS {name}" for name, sum_expression in sums.items())},
           {FIRM.format("to_char(one.day, 'YYYY-MM')")} AS status, max(one.at) AS true_for
    FROM community_teams_visit one JOIN community_teams_team team ON team.id = one.team_id
    JOIN units_unit place ON place.id = one.unit_id WHERE one.voided_at IS NULL
    GROUP BY 1, 2, 3, 4
    """
    names = {
        "visits": (_("Lượt hỗ trợ"), "Visits"),
        "people": (_("Người được hướng dẫn"), "People helped"),
        "women": (_("trong đó nữ"), "Women helped"),
        "women_of": (_("Người rõ giới tính"), "Where gender is known"),
        "old": (_("trong đó từ 60 tuổi"), "People of 60 and older"),
        "old_of": (_("Người rõ tuổi"), "Where age is known"),
        "done_by_self": (_("Người tự làm được sau hướng dẫn"), "People who can do it themselves now"),
        "done_by_self_of": (_("Người được ghi kết quả"), "Where the outcome is known"),
    }
    return Fact(
        code=VISITS,
        name=_("Lượt hỗ trợ của tổ"),
        name_en="Visits of teams",
        select=select,
        fingerprints=_visit_prints(),
        columns=months.fact_columns(names, _("người"), list(names)),
        dims=(months.choices_dimension("hinh_thuc", _("hình thức"), "kind", Visit.Kind), _tier_dimension()),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=records.visit_records,
    )


def topics_fact() -> Fact:
    """TCN-C: visits by what they were about; one about two things is counted under both."""
    select = f"""
    SELECT place.ref AS unit, to_char(one.day, 'YYYY-MM') AS month, topic AS noi_dung, count(*) AS visits,
           {FIRM.format("to_char(one.day, 'YYYY-MM')")} AS status, max(one.at) AS true_for
    FROM community_teams_visit one CROSS JOIN LATERAL unnest(one.topics) topic
    JOIN units_unit place ON place.id = one.unit_id WHERE one.voided_at IS NULL
    GROUP BY 1, 2, 3
    """
    columns = (FactColumn("visits", _("Lượt hỗ trợ về nội dung"), "Visits about it", unit_of_measure=_("lượt")),)
    return Fact(
        code=TOPICS,
        name=_("Nội dung hỗ trợ của tổ"),
        name_en="What visits were about",
        select=select,
        fingerprints=_visit_prints(),
        columns=columns,
        dims=(_word_dimension("noi_dung", _("nội dung"), "topic", rules().topics),),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=records.visit_records,
    )


def difficulties_fact() -> Fact:
    """TCN-K: difficulties in the month in which they were told, by kind."""
    month = MONTH.format("one.at")
    select = f"""
    SELECT place.ref AS unit, {month} AS month, one.kind AS loai, count(*) AS told, sum(one.people)::bigint AS people,
           count(one.answered_at) AS answered,
           count(*) FILTER (WHERE one.answered_at <= one.due_at) AS in_time,
           count(*) FILTER (WHERE one.answered_at IS NOT NULL OR one.due_at < now()) AS due,
           count(*) FILTER (WHERE one.state = 'closed') AS closed,
           {FIRM.format(month)} AS status, max(greatest(one.at, one.answered_at)) AS true_for
    FROM community_teams_difficulty one JOIN units_unit place ON place.id = one.unit_id
    GROUP BY 1, 2, 3
    """
    prints = f"""
    SELECT {month} AS month, count(*) || '.' || sum(one.moves) || '.' || count(*) FILTER (WHERE one.due_at < now())
           AS fingerprint FROM community_teams_difficulty one GROUP BY 1
    """
    names = {
        "told": (_("Khó khăn ghi nhận"), "Difficulties told"),
        "people": (_("Người gặp khó khăn"), "People concerned"),
        "answered": (_("Khó khăn đã trả lời"), "Answered"),
        "in_time": (_("Trả lời đúng hạn"), "Answered in time"),
        "due": (_("Đã trả lời hoặc quá hạn"), "Answered or overdue"),
        "closed": (_("Tổ xác nhận đã xong"), "Confirmed by the team"),
    }
    return Fact(
        code=DIFFICULTIES,
        name=_("Khó khăn tổ ghi nhận"),
        name_en="Difficulties told by teams",
        select=select,
        fingerprints=prints,
        columns=months.fact_columns(names, _("khó khăn"), list(names)),
        dims=(_word_dimension("loai", _("loại khó khăn"), "kind", rules().kinds),),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=records.difficulty_records,
    )


def seats_fact() -> Fact:
    """TCN-T: members in training, where they work, in the month of the session, by group of skills."""
    month = "to_char(session.held_on, 'YYYY-MM')"
    select = f"""
    SELECT {PLACE} AS unit, {month} AS month, session.skill AS nhom, count(*) AS seats,
           count(*) FILTER (WHERE one.present) AS present, count(one.certified_at) AS certified,
           {FIRM.format(month)} AS status, max(greatest(session.closed_at, one.certified_at)) AS true_for
    FROM community_teams_attendance one JOIN community_teams_session session ON session.id = one.session_id
    JOIN community_teams_member member ON member.id = one.member_id {HERE.format("member.unit_id")}
    WHERE session.state = 'held' GROUP BY 1, 2, 3
    """
    prints = """
    SELECT to_char(session.held_on, 'YYYY-MM') AS month, count(*) || '.' || count(one.certified_at) || '.' ||
           sum(member.act_id) AS fingerprint
    FROM community_teams_attendance one JOIN community_teams_session session ON session.id = one.session_id
    JOIN community_teams_member member ON member.id = one.member_id WHERE session.state = 'held' GROUP BY 1
    """
    names = {
        "seats": (_("Lượt đăng ký tập huấn"), "Seats"),
        "present": (_("Lượt dự tập huấn"), "Attendances"),
        "certified": (_("Giấy chứng nhận đã cấp"), "Certificates"),
    }
    return Fact(
        code=SEATS,
        name=_("Thành viên dự tập huấn"),
        name_en="Members in training",
        select=select,
        fingerprints=prints,
        columns=months.fact_columns(names, _("lượt"), list(names)),
        dims=(_skill_dimension(),),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=records.seat_records,
    )


def sessions_fact() -> Fact:
    """TCN-S: sessions held, where whoever held them stands."""
    month = "to_char(session.held_on, 'YYYY-MM')"
    select = f"""
    SELECT {PLACE} AS unit, {month} AS month, session.skill AS nhom, count(*) AS sessions,
           sum(session.hours)::text AS hours, {FIRM.format(month)} AS status, max(session.closed_at) AS true_for
    FROM community_teams_session session {HERE.format("session.unit_id")}
    WHERE session.state = 'held' GROUP BY 1, 2, 3
    """
    prints = """SELECT to_char(held_on, 'YYYY-MM') AS month, count(*) || '.' || max(closed_at) AS fingerprint
                FROM community_teams_session WHERE state = 'held' GROUP BY 1"""
    columns = (
        FactColumn("sessions", _("Buổi tập huấn"), "Sessions", unit_of_measure=_("buổi")),
        FactColumn("hours", _("Giờ tập huấn"), "Hours", unit_of_measure=_("giờ"), decimals=1),
    )
    return Fact(
        code=SESSIONS,
        name=_("Buổi tập huấn cho tổ"),
        name_en="Training sessions",
        select=select,
        fingerprints=prints,
        columns=columns,
        dims=(_skill_dimension(),),
        level="province",
        domain=DOMAIN,
        agency=AGENCY,
        records=records.session_records,
    )


def tasks_fact() -> Fact:
    """TCN-N: tasks in the month in which they were due."""
    month = "to_char(one.due_on, 'YYYY-MM')"
    select = f"""
    SELECT {PLACE} AS unit, {month} AS month, count(*) AS given,
           count(*) FILTER (WHERE one.state = 'done') AS done,
           count(*) FILTER (WHERE one.state IN ('done', 'reported')
               AND (one.reported_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= one.due_on) AS in_time,
           {FIRM.format(month)} AS status, max(greatest(one.given_at, one.reported_at, one.closed_at)) AS true_for
    FROM community_teams_task one JOIN community_teams_team team ON team.id = one.team_id {HERE.format("team.unit_id")}
    WHERE one.state <> 'dropped' AND one.due_on <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date GROUP BY 1, 2
    """
    prints = f"""
    SELECT {month} AS month, count(*) || '.' || count(one.reported_at) || '.' || count(one.closed_at) || '.' ||
           count(*) FILTER (WHERE one.due_on < now()) AS fingerprint FROM community_teams_task one GROUP BY 1
    """
    names = {
        "given": (_("Việc đến hạn"), "Tasks due"),
        "done": (_("Việc đã xong"), "Tasks done"),
        "in_time": (_("Việc báo xong đúng hạn"), "Reported in time"),
    }
    return Fact(
        code=TASKS,
        name=_("Việc giao cho tổ"),
        name_en="Tasks of teams",
        select=select,
        fingerprints=prints,
        columns=months.fact_columns(names, _("việc"), list(names)),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=records.task_records,
    )


def _visit_prints() -> str:
    return """SELECT to_char(day, 'YYYY-MM') AS month,
                     count(*) || '.' || count(voided_at) || '.' || max(id) AS fingerprint
              FROM community_teams_visit GROUP BY 1"""


def _tier_dimension() -> Dimension:
    return months.choices_dimension("cap", _("cấp tổ"), "tier", Team.Tier)


def _skill_dimension() -> Dimension:
    return _word_dimension("nhom", _("nhóm kỹ năng"), "skills", rules().skills)


def _word_dimension(code: str, name: str, name_en: str, words: Sequence[RuleWord]) -> Dimension:
    return Dimension(
        code, name, name_en, tuple(Member(rule_word.code, rule_word.name, rule_word.name_en) for rule_word in words)
    )
