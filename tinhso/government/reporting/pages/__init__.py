"""Pages of reporting: the desk, one return, filling in, files, who is late, the catalogue of data sets."""

from django.urls import path

from tinhso.government.reporting.pages import catalogue, desk, entry, files, one

app_name = "reporting"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("bulk/", desk.bulk, name="bulk"),
    path("late/", catalogue.late, name="late"),
    path("data-sets/", catalogue.data_sets, name="data_sets"),
    path("data-sets/<str:code>/", catalogue.data_set, name="data_set"),
    path("<str:ref>/", one.show, name="return"),
    path("<str:ref>/revisions/<int:number>/", one.show_revision, name="revision"),
    path("<str:ref>/act/", one.act, name="act"),
    path("<str:ref>/fill-in/", entry.fill_in, name="fill_in"),
    path("<str:ref>/fill-in/row/", entry.save_row, name="save_row"),
    path("<str:ref>/template.<str:ending>", files.template, name="template"),
    path("<str:ref>/upload/", files.upload, name="upload"),
    path("<str:ref>/upload/<str:upload_ref>/", files.confirm, name="confirm"),
]
