"""Pages of surveys: filling in, what one sent, and for offices: versions, answers, files."""

from django.urls import path

from tinhso.blocks.surveys.pages import filling, keys, offices, publishing

app_name = "surveys"
urlpatterns = [
    path("", filling.index, name="index"),
    path("mine/", filling.mine, name="mine"),
    path("token/", filling.token, name="token"),
    path("connect/", keys.connect, name="connect"),
    path("connect/<str:ref>/revoke/", keys.revoke, name="revoke_key"),
    path("sent/<str:ref>/", offices.one, name="one"),
    path("sent/<str:ref>/files/<str:name>", offices.file, name="file"),
    path("<str:code>/", filling.fill, name="fill"),
    path("<str:code>/about/", offices.about, name="about"),
    path("<str:code>/publish/", publishing.publish, name="publish"),
    path("<str:code>/versions/<int:number>/workbook/", publishing.workbook, name="workbook"),
    path("<str:code>/answers/", offices.answers, name="answers"),
    path("<str:code>/answers.<str:form>", offices.export, name="export"),
]
