"""Pages of requests: what waits for me, one document, many in one confirmation, sealing, drafting, what was issued."""

from django.urls import path

from tinhso.blocks.signature_requests.pages import batch, delegation, drafting, issued, request, worklists

app_name = "signature_requests"
urlpatterns = [
    path("verify/signature/<str:ref>/", issued.kept, name="kept"),
    path("signing/", worklists.waiting, name="waiting"),
    path("signing/signed/", worklists.signed, name="signed"),
    path("signing/mine/", worklists.drafted, name="drafted"),
    path("signing/sealing/", worklists.sealing, name="sealing"),
    path("signing/many/", batch.sign, name="sign_many"),
    path("signing/many/progress/", batch.progress, name="progress"),
    path("signing/new/", drafting.new, name="new"),
    path("signing/away/", delegation.away, name="away"),
    path("signing/pending/<str:ref>/", request.pending, name="pending"),
    path("signing/pending/<str:ref>/look/", request.look, name="look"),
    path("signing/pending/<str:ref>/end/", request.give_up, name="give_up"),
    path("signing/<str:ref>/", request.show, name="one"),
    path("signing/<str:ref>/act/", request.act, name="act"),
    path("signing/<str:ref>/file/", request.file, name="file"),
    path("signing/<str:ref>/pages/<int:number>.png", request.page, name="page"),
]
