"""Pages of requests: what waits for me, one document, many in one confirmation, sealing, drafting, what was issued."""

from django.urls import path

from tinhso.blocks.signature_requests.pages import batch, delegation, drafting, issued, request, worklists

app_name = "signature_requests"
urlpatterns = [
    path("verify/signature/<str:ref>/", issued.issued_signatures_page, name="kept"),
    path("signing/", worklists.waiting_page, name="waiting"),
    path("signing/signed/", worklists.signed_page, name="signed"),
    path("signing/mine/", worklists.drafted_page, name="drafted"),
    path("signing/sealing/", worklists.sealing_page, name="sealing"),
    path("signing/many/", batch.sign_many_page, name="sign_many"),
    path("signing/many/progress/", batch.progress_page, name="progress"),
    path("signing/new/", drafting.new_draft_page, name="new"),
    path("signing/away/", delegation.stand_ins_page, name="away"),
    path("signing/pending/<str:ref>/", request.pending_page, name="pending"),
    path("signing/pending/<str:ref>/look/", request.poll_device, name="look"),
    path("signing/pending/<str:ref>/end/", request.give_up, name="give_up"),
    path("signing/<str:ref>/", request.request_page, name="one"),
    path("signing/<str:ref>/act/", request.act_on_request, name="act"),
    path("signing/<str:ref>/file/", request.download_document, name="file"),
    path("signing/<str:ref>/pages/<int:number>.png", request.page_picture, name="page"),
]
