"""Tables of community teams."""

from tinhso.society.community_teams.models.difficulties import Difficulty, Entry
from tinhso.society.community_teams.models.teams import Member, Team
from tinhso.society.community_teams.models.training import Attendance, Session
from tinhso.society.community_teams.models.visits import Visit
from tinhso.society.community_teams.models.work import MonthReport, Task

__all__ = ["Attendance", "Difficulty", "Entry", "Member", "MonthReport", "Session", "Task", "Team", "Visit"]
