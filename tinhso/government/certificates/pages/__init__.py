"""Pages of certificates: the register, one of them, worklists, requests, batches, files, numbers."""

from django.urls import path

from tinhso.government.certificates.pages import batches, files, numbers, one, register, requests, work

app_name = "certificates"
urlpatterns = [
    path("", register.register, name="list"),
    path("export.<str:ending>", files.export, name="export"),
    path("new/", one.write_in, name="write_in"),
    path("work/", work.work, name="work"),
    path("work/ask/", work.ask, name="ask_for"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("import/", files.bring, name="import"),
    path("runs/<str:ref>/", files.run, name="run"),
    path("runs/<str:ref>/act/", files.act, name="run_act"),
    path("requests/", requests.tray, name="requests"),
    path("requests/bulk/", requests.bulk, name="bulk"),
    path("requests/new/", requests.new, name="new"),
    path("requests/papers/<str:ref>/", requests.paper, name="paper"),
    path("requests/<str:ref>/", requests.show, name="request"),
    path("requests/<str:ref>/edit/", requests.edit, name="edit"),
    path("requests/<str:ref>/act/", requests.act, name="act"),
    path("requests/<str:ref>/receipt/", requests.receipt, name="receipt"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<str:ref>/", batches.show, name="batch"),
    path("batches/<str:ref>/<str:what>.<str:ending>", batches.file, name="batch_file"),
    path("<str:ref>/", one.show, name="one"),
    path("<str:ref>/act/", one.act, name="one_act"),
    path("<str:ref>/reveal/", one.reveal, name="reveal"),
]
