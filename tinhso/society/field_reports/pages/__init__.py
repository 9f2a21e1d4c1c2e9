"""Pages of field reports: telling and following for everybody, the desk, and the crew's phone."""

from django.urls import path

from tinhso.society.field_reports.pages import acting, away, crew, desk, files, hotline, mine, telling

app_name = "field_reports"
urlpatterns = [
    path("reports/new/", telling.tell, name="tell"),
    path("reports/away/", away.away, name="away"),
    path("reports/away/send/", away.send, name="away_send"),
    path("reports/suggest/", telling.suggest, name="suggest"),
    path("reports/find/", mine.find, name="find"),
    path("reports/photos/<str:ref>/<str:size>.jpg", files.public_photo, name="public_photo"),
    path("reports/<str:ref>/", mine.public_page, name="public"),
    path("reports/<str:ref>/follow/", mine.follow, name="follow"),
    path("reports/<str:ref>/unfollow/<int:number>/<str:token>/", mine.unfollow, name="unfollow"),
    path("reports/<str:ref>/<str:key>/", mine.mine, name="mine"),
    path("reports/<str:ref>/<str:key>/files/<str:file>/<str:size>/", files.own_file, name="own_file"),
    path("field-reports/", desk.inbox, name="inbox"),
    path("field-reports/bulk/", desk.bulk, name="bulk"),
    path("field-reports/new/", hotline.enter, name="hotline"),
    path("field-reports/crew/", crew.jobs, name="crew"),
    path("field-reports/crew/<str:ref>/", crew.job, name="job"),
    path("field-reports/files/<str:ref>/<str:size>/", files.desk_file, name="desk_file"),
    path("field-reports/<str:ref>/", desk.one, name="one"),
    path("field-reports/<str:ref>/act/", acting.act, name="act"),
    path("field-reports/<str:ref>/reveal/", acting.reveal, name="reveal"),
]
