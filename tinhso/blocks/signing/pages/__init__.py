"""Pages of signing: what waits for me, one document, many in one confirmation, sealing, drafting, and checking."""

from django.urls import path

from tinhso.blocks.signing.pages import away, checking, codes, desk, drafting, keys, many, one

app_name = "signing"
urlpatterns = [
    path("verify/signature/", checking.check, name="check"),
    path("verify/signature/<str:ref>/", checking.kept, name="kept"),
    path("signing/", desk.waiting, name="waiting"),
    path("signing/signed/", desk.signed, name="signed"),
    path("signing/mine/", desk.drafted, name="drafted"),
    path("signing/sealing/", desk.sealing, name="sealing"),
    path("signing/many/", many.sign, name="sign_many"),
    path("signing/many/progress/", many.progress, name="progress"),
    path("signing/new/", drafting.new, name="new"),
    path("signing/away/", away.away, name="away"),
    path("signing/code/", codes.code, name="code"),
    path("signing/keys/", keys.keys, name="keys"),
    path("signing/pending/<str:ref>/", one.pending, name="pending"),
    path("signing/pending/<str:ref>/look/", one.look, name="look"),
    path("signing/pending/<str:ref>/end/", one.give_up, name="give_up"),
    path("signing/<str:ref>/", one.show, name="one"),
    path("signing/<str:ref>/act/", one.act, name="act"),
    path("signing/<str:ref>/file/", one.file, name="file"),
    path("signing/<str:ref>/pages/<int:number>.png", one.page, name="page"),
]
