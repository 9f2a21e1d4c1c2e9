"""Pages of field reports: telling and following for everybody, the desk, and the crew's phone."""

from django.urls import path

from tinhso.society.field_reports.pages import acting, away, crew, desk, files, hotline, mine, telling

app_name = "field_reports"
urlpatterns = [
    path("reports/new/", telling.report_form_page, name="tell"),
    path("reports/away/", away.offline_page, name="away"),
    path("reports/away/send/", away.send_queued_report, name="away_send"),
    path("reports/suggest/", telling.suggest_categories, name="suggest"),
    path("reports/find/", mine.find_report_page, name="find"),
    path("reports/photos/<str:ref>/<str:size>.jpg", files.public_photo, name="public_photo"),
    path("reports/<str:ref>/", mine.public_page, name="public"),
    path("reports/<str:ref>/follow/", mine.follow_report, name="follow"),
    path("reports/<str:ref>/unfollow/<int:number>/<str:token>/", mine.unfollow_report, name="unfollow"),
    path("reports/<str:ref>/<str:key>/", mine.my_report_page, name="mine"),
    path("reports/<str:ref>/<str:key>/files/<str:file>/<str:size>/", files.own_file, name="own_file"),
    path("field-reports/", desk.inbox_page, name="inbox"),
    path("field-reports/bulk/", desk.apply_bulk_action, name="bulk"),
    path("field-reports/new/", hotline.hotline_page, name="hotline"),
    path("field-reports/crew/", crew.crew_jobs_page, name="crew"),
    path("field-reports/crew/<str:ref>/", crew.crew_job_page, name="job"),
    path("field-reports/files/<str:ref>/<str:size>/", files.desk_file, name="desk_file"),
    path("field-reports/<str:ref>/", desk.report_page, name="one"),
    path("field-reports/<str:ref>/act/", acting.perform_action, name="act"),
    path("field-reports/<str:ref>/reveal/", acting.reveal_reporter, name="reveal"),
]
