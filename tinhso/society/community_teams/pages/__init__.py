"""Pages of community teams: for whoever leads them, for members on a phone, for everybody."""

from django.urls import path

from tinhso.society.community_teams.pages import difficulties, home, mine, reports, settling, tasks, training, visits

app_name = "community_teams"
urlpatterns = [
    path("community/", home.home, name="home"),
    path("community/find/", home.find, name="find"),
    path("community/mine/", mine.mine, name="mine"),
    path("community/teams/<str:ref>/", home.team, name="team"),
    path("community/teams/<str:ref>/log/", mine.log, name="log"),
    path("community/teams/<str:ref>/tell/", mine.tell, name="tell"),
    path("community/teams/<str:ref>/report/", reports.report, name="report"),
    path("community/visits/", visits.listed, name="visits"),
    path("community/visits/<str:ref>/", visits.one, name="visit"),
    path("community/visits/<str:ref>/void/", visits.void, name="visit_void"),
    path("community/difficulties/", difficulties.listed, name="difficulties"),
    path("community/difficulties/<str:ref>/", difficulties.one, name="difficulty"),
    path("community/difficulties/<str:ref>/act/", difficulties.act, name="difficulty_act"),
    path("community/tasks/", tasks.listed, name="tasks"),
    path("community/tasks/new/", tasks.new, name="new_task"),
    path("community/tasks/<str:ref>/", tasks.one, name="task"),
    path("community/tasks/<str:ref>/act/", tasks.act, name="task_act"),
    path("community/training/", training.listed, name="training"),
    path("community/training/new/", training.new, name="new_session"),
    path("community/training/<str:ref>/", training.one, name="session"),
    path("community/training/<str:ref>/act/", training.act, name="session_act"),
    path("community/training/<str:ref>/certificates/<str:member>.pdf", training.certificate, name="certificate"),
    path("community/reports/", reports.listed, name="reports"),
    path("community/reports/remind/", reports.remind, name="remind"),
    path("community/settling/", settling.listed, name="settling"),
    path("community/settling/act/", settling.act, name="settling_act"),
]
