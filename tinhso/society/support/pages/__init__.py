"""Pages of support programmes: for everybody, for who applies, and the desk."""

from django.urls import path

from tinhso.society.support.pages import acting, desk, lists, mine, paying, programmes, public

app_name = "support"
urlpatterns = [
    path("support/", public.public_programmes_page, name="public"),
    path("support/find/", mine.find_application_page, name="find"),
    path("support/mine/<str:ref>/<str:key>/", mine.my_application_page, name="mine"),
    path("support/<slug:code>/", public.programme_page, name="programme"),
    path("support/<slug:code>/apply/", public.application_form_page, name="apply"),
    path("support-desk/", desk.inbox_page, name="inbox"),
    path("support-desk/bulk/", acting.apply_bulk_action, name="bulk"),
    path("support-desk/new/<slug:code>/", desk.new_application_page, name="new"),
    path("support-desk/complaints/", desk.complaints_page, name="complaints"),
    path("support-desk/complaints/<str:ref>/answer/", acting.answer_complaint, name="answer"),
    path("support-desk/programmes/", programmes.programmes_page, name="programmes"),
    path("support-desk/programmes/new/", programmes.new_programme_page, name="new_programme"),
    path("support-desk/programmes/<slug:code>/", programmes.standing_page, name="standing"),
    path("support-desk/programmes/<slug:code>/edit/", programmes.edit_programme_page, name="edit"),
    path("support-desk/programmes/<slug:code>/rules/", programmes.programme_rules_page, name="rules"),
    path("support-desk/programmes/<slug:code>/act/", programmes.act_on_programme, name="programme_act"),
    path("support-desk/batches/", paying.batches_page, name="batches"),
    path("support-desk/batches/<str:ref>/", paying.batch_page, name="batch"),
    path("support-desk/batches/<str:ref>/act/", paying.act_on_batch, name="batch_act"),
    path("support-desk/batches/<str:ref>/file.<str:form>", paying.batch_file, name="batch_file"),
    path("support-desk/lists/", lists.lists_page, name="lists"),
    path("support-desk/lists/template.<str:form>", lists.list_template, name="list_template"),
    path("support-desk/lists/<str:ref>/", lists.list_page, name="list"),
    path("support-desk/lists/<str:ref>/act/", lists.act_on_list, name="list_act"),
    path("support-desk/<str:ref>/", desk.application_page, name="one"),
    path("support-desk/<str:ref>/act/", acting.perform_action, name="act"),
    path("support-desk/<str:ref>/reveal/", acting.reveal_applicant, name="reveal"),
    path("support-desk/<str:ref>/proof/", desk.delivery_proof, name="proof"),
]
