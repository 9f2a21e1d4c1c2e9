"""Pages of support programmes: for everybody, for who applies, and the desk."""

from django.urls import path

from tinhso.society.support.pages import acting, desk, lists, mine, paying, programmes, public

app_name = "support"
urlpatterns = [
    path("support/", public.listed, name="public"),
    path("support/find/", mine.find, name="find"),
    path("support/mine/<str:ref>/<str:key>/", mine.mine, name="mine"),
    path("support/<slug:code>/", public.one, name="programme"),
    path("support/<slug:code>/apply/", public.apply, name="apply"),
    path("support-desk/", desk.inbox, name="inbox"),
    path("support-desk/bulk/", acting.bulk, name="bulk"),
    path("support-desk/new/<slug:code>/", desk.new, name="new"),
    path("support-desk/complaints/", desk.complaints, name="complaints"),
    path("support-desk/complaints/<str:ref>/answer/", acting.answer, name="answer"),
    path("support-desk/programmes/", programmes.listed, name="programmes"),
    path("support-desk/programmes/new/", programmes.new, name="new_programme"),
    path("support-desk/programmes/<slug:code>/", programmes.one, name="standing"),
    path("support-desk/programmes/<slug:code>/edit/", programmes.edit, name="edit"),
    path("support-desk/programmes/<slug:code>/rules/", programmes.rules, name="rules"),
    path("support-desk/programmes/<slug:code>/act/", programmes.act, name="programme_act"),
    path("support-desk/batches/", paying.listed, name="batches"),
    path("support-desk/batches/<str:ref>/", paying.one, name="batch"),
    path("support-desk/batches/<str:ref>/act/", paying.act, name="batch_act"),
    path("support-desk/batches/<str:ref>/file.<str:form>", paying.file, name="batch_file"),
    path("support-desk/lists/", lists.listed, name="lists"),
    path("support-desk/lists/template.<str:form>", lists.template, name="list_template"),
    path("support-desk/lists/<str:ref>/", lists.one, name="list"),
    path("support-desk/lists/<str:ref>/act/", lists.act, name="list_act"),
    path("support-desk/<str:ref>/", desk.one, name="one"),
    path("support-desk/<str:ref>/act/", acting.act, name="act"),
    path("support-desk/<str:ref>/reveal/", acting.reveal, name="reveal"),
    path("support-desk/<str:ref>/proof/", desk.proof, name="proof"),
]
