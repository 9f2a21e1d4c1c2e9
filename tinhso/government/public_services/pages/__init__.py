"""Pages of public services: for everybody, finding and understanding a procedure; for whom something is offered to, the
offer; for who keeps the catalogue, the catalogue and the rules; and what the national portal is told."""

from django.urls import path

from tinhso.government.public_services.pages import desk, editing, files, offers, portal, proactive, public

app_name = "public_services"
urlpatterns = [
    path("services/", public.find_procedures_page, name="find"),
    path("services/<str:code>/", public.procedure_page, name="procedure"),
    path("offers/", offers.find_offer_page, name="offer_look"),
    path("offers/<str:ref>/<str:key>/", offers.offer_page, name="offer"),
    path("procedures/", desk.catalogue_page, name="desk"),
    path("procedures/import/", files.import_page, name="import"),
    path("procedures/import/<str:ref>/", files.import_run_page, name="run"),
    path("procedures/import/<str:ref>/act/", files.act_on_import, name="act"),
    path("procedures/catalogue.<str:ending>", files.export_catalogue, name="export"),
    path("procedures/proactive/", proactive.proactive_rules_page, name="proactive"),
    path("procedures/proactive/letters/<str:ref>/", proactive.offer_letter_page, name="proactive_letter"),
    path("procedures/proactive/<str:code>/", proactive.proactive_rule_page, name="proactive_rule"),
    path("procedures/proactive/<str:code>/switch/", proactive.switch_rule, name="proactive_switch"),
    path("procedures/new/", editing.new_procedure_page, name="new"),
    path("procedures/<str:code>/edit/", editing.edit_procedure_page, name="edit"),
    path("procedures/<str:code>/end/", editing.end_procedure_page, name="end"),
    path("procedures/<str:code>/", desk.versions_page, name="versions"),
    path("sync/", portal.portal_messages_page, name="sync"),
    path("sync/again/", portal.mend_all, name="mend_all"),
    path("sync/ministries/", portal.ministry_dossiers_page, name="foreign"),
    path("sync/ministries/<str:source>/<path:code>/", portal.ministries_one, name="foreign_one"),
    path("sync/messages/<int:pk>/", portal.portal_message_page, name="message"),
    path("sync/messages/<int:pk>/act/", portal.mend_message, name="mend"),
]
