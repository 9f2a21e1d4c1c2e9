"""Pages of community teams: for whoever leads them, for members on a phone, for everybody."""

from django.urls import path

from tinhso.society.community_teams.pages import difficulties, home, mine, reports, settling, tasks, training, visits

app_name = "community_teams"
urlpatterns = [
    path("community/", home.teams_home_page, name="home"),
    path("community/find/", home.find_team_page, name="find"),
    path("community/mine/", mine.my_teams_page, name="mine"),
    path("community/teams/<str:ref>/", home.team_page, name="team"),
    path("community/teams/<str:ref>/log/", mine.log_visit_page, name="log"),
    path("community/teams/<str:ref>/tell/", mine.report_difficulty_page, name="tell"),
    path("community/teams/<str:ref>/report/", reports.month_report_page, name="report"),
    path("community/visits/", visits.visits_page, name="visits"),
    path("community/visits/<str:ref>/", visits.visit_page, name="visit"),
    path("community/visits/<str:ref>/void/", visits.void_visit, name="visit_void"),
    path("community/difficulties/", difficulties.difficulties_page, name="difficulties"),
    path("community/difficulties/<str:ref>/", difficulties.difficulty_page, name="difficulty"),
    path("community/difficulties/<str:ref>/act/", difficulties.act_on_difficulty, name="difficulty_act"),
    path("community/tasks/", tasks.tasks_page, name="tasks"),
    path("community/tasks/new/", tasks.new_task_page, name="new_task"),
    path("community/tasks/<str:ref>/", tasks.task_page, name="task"),
    path("community/tasks/<str:ref>/act/", tasks.act_on_task, name="task_act"),
    path("community/training/", training.training_page, name="training"),
    path("community/training/new/", training.new_session_page, name="new_session"),
    path("community/training/<str:ref>/", training.session_page, name="session"),
    path("community/training/<str:ref>/act/", training.act_on_session, name="session_act"),
    path("community/training/<str:ref>/certificates/<str:member>.pdf", training.certificate_pdf, name="certificate"),
    path("community/reports/", reports.month_reports_page, name="reports"),
    path("community/reports/remind/", reports.remind_teams, name="remind"),
    path("community/settling/", settling.reorganisation_page, name="settling"),
    path("community/settling/act/", settling.act_on_team, name="settling_act"),
]
