"""Pages of public services: for everybody, finding and understanding a procedure; for whom something is offered to, the
offer; for who keeps the catalogue, the catalogue and the rules; and what the national portal is told."""

from django.urls import path

from tinhso.government.public_services.pages import desk, editing, files, offers, portal, proactive, public

app_name = "public_services"
urlpatterns = [
    path("services/", public.find, name="find"),
    path("services/<str:code>/", public.procedure, name="procedure"),
    path("offers/", offers.look, name="offer_look"),
    path("offers/<str:ref>/<str:key>/", offers.offer, name="offer"),
    path("procedures/", desk.catalogue, name="desk"),
    path("procedures/import/", files.bring, name="import"),
    path("procedures/import/<str:ref>/", files.run, name="run"),
    path("procedures/import/<str:ref>/act/", files.act, name="act"),
    path("procedures/catalogue.<str:ending>", files.export, name="export"),
    path("procedures/proactive/", proactive.overview, name="proactive"),
    path("procedures/proactive/letters/<str:ref>/", proactive.letter, name="proactive_letter"),
    path("procedures/proactive/<str:code>/", proactive.rule, name="proactive_rule"),
    path("procedures/proactive/<str:code>/switch/", proactive.switch, name="proactive_switch"),
    path("procedures/new/", editing.new, name="new"),
    path("procedures/<str:code>/edit/", editing.edit, name="edit"),
    path("procedures/<str:code>/end/", editing.end, name="end"),
    path("procedures/<str:code>/", desk.versions, name="versions"),
    path("sync/", portal.sync, name="sync"),
    path("sync/again/", portal.mend_all, name="mend_all"),
    path("sync/ministries/", portal.ministries, name="foreign"),
    path("sync/ministries/<str:source>/<path:code>/", portal.ministries_one, name="foreign_one"),
    path("sync/messages/<int:pk>/", portal.message, name="message"),
    path("sync/messages/<int:pk>/act/", portal.mend, name="mend"),
]
