"""Pages of surveys: filling in, what one sent, and for offices: versions, answers, files."""

from django.urls import path

from tinhso.blocks.surveys.pages import filling, keys, offices, publishing

app_name = "surveys"
urlpatterns = [
    path("", filling.surveys_page, name="index"),
    path("mine/", filling.own_forms_page, name="mine"),
    path("token/", filling.submission_token, name="token"),
    path("connect/", keys.keys_page, name="connect"),
    path("connect/<str:ref>/revoke/", keys.revoke_key, name="revoke_key"),
    path("sent/<str:ref>/", offices.submission_page, name="one"),
    path("sent/<str:ref>/files/<str:name>", offices.download_photo, name="file"),
    path("<str:code>/", filling.fill_page, name="fill"),
    path("<str:code>/about/", offices.survey_page, name="about"),
    path("<str:code>/publish/", publishing.publishing_page, name="publish"),
    path("<str:code>/versions/<int:number>/workbook/", publishing.survey_workbook, name="workbook"),
    path("<str:code>/answers/", offices.answers_page, name="answers"),
    path("<str:code>/answers.<str:form>", offices.export_answers, name="export"),
]
