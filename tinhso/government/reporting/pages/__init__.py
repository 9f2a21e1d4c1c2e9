"""Pages of reporting: the desk, one return, filling in, files, who is late, the catalogue of data sets."""

from django.urls import path

from tinhso.government.reporting.pages import catalogue, desk, entry, files, one

app_name = "reporting"
urlpatterns = [
    path("", desk.desk_page, name="desk"),
    path("bulk/", desk.process_ticked, name="bulk"),
    path("late/", catalogue.late_page, name="late"),
    path("data-sets/", catalogue.data_sets, name="data_sets"),
    path("data-sets/<str:code>/", catalogue.data_set, name="data_set"),
    path("<str:ref>/", one.return_page, name="return"),
    path("<str:ref>/revisions/<int:number>/", one.show_revision, name="revision"),
    path("<str:ref>/act/", one.apply_return_act, name="act"),
    path("<str:ref>/fill-in/", entry.fill_in, name="fill_in"),
    path("<str:ref>/fill-in/row/", entry.save_row, name="save_row"),
    path("<str:ref>/template.<str:ending>", files.download_template, name="template"),
    path("<str:ref>/upload/", files.upload_page, name="upload"),
    path("<str:ref>/upload/<str:upload_ref>/", files.confirm_page, name="confirm"),
]
