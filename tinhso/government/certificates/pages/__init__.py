"""Pages of certificates: the register, one of them, worklists, requests, batches, files, numbers."""

from django.urls import path

from tinhso.government.certificates.pages import batches, files, numbers, one, register, requests, work

app_name = "certificates"
urlpatterns = [
    path("", register.register_page, name="list"),
    path("export.<str:ending>", files.export_certificates, name="export"),
    path("new/", one.write_in, name="write_in"),
    path("work/", work.worklists_page, name="work"),
    path("work/ask/", work.ask_in_bulk, name="ask_for"),
    path("numbers/", numbers.numbers_page, name="numbers"),
    path("import/", files.import_page, name="import"),
    path("runs/<str:ref>/", files.run_page, name="run"),
    path("runs/<str:ref>/act/", files.apply_run_act, name="run_act"),
    path("requests/", requests.requests_page, name="requests"),
    path("requests/bulk/", requests.process_ticked, name="bulk"),
    path("requests/new/", requests.new_request_page, name="new"),
    path("requests/papers/<str:ref>/", requests.download_paper, name="paper"),
    path("requests/<str:ref>/", requests.request_page, name="request"),
    path("requests/<str:ref>/edit/", requests.edit_request_page, name="edit"),
    path("requests/<str:ref>/act/", requests.apply_request_act, name="act"),
    path("requests/<str:ref>/receipt/", requests.receipt_page, name="receipt"),
    path("batches/", batches.batches_page, name="batches"),
    path("batches/<str:ref>/", batches.batch_page, name="batch"),
    path("batches/<str:ref>/<str:what>.<str:ending>", batches.download_batch_file, name="batch_file"),
    path("<str:ref>/", one.certificate_page, name="one"),
    path("<str:ref>/act/", one.apply_certificate_act, name="one_act"),
    path("<str:ref>/reveal/", one.reveal_numbers, name="reveal"),
]
