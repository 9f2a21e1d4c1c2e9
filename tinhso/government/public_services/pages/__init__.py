"""Pages of public services: for everybody, finding and understanding a procedure; for who keeps it, the catalogue."""

from django.urls import path

from tinhso.government.public_services.pages import desk, files, public

app_name = "public_services"
urlpatterns = [
    path("services/", public.find, name="find"),
    path("services/<str:code>/", public.procedure, name="procedure"),
    path("procedures/", desk.catalogue, name="desk"),
    path("procedures/import/", files.bring, name="import"),
    path("procedures/import/<str:ref>/", files.run, name="run"),
    path("procedures/import/<str:ref>/act/", files.act, name="act"),
    path("procedures/catalogue.<str:ending>", files.export, name="export"),
    path("procedures/<str:code>/", desk.versions, name="versions"),
]
