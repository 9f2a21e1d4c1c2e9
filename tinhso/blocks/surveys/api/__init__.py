"""How other programs fill in and read: OpenRosa 1.0 for ODK Collect, and a part of ODK Central's interface."""

from django.urls import include, path

from tinhso.blocks.surveys.api import central, openrosa

PROJECT = "projects/1/"
# As Collect finds a server that it knows by address and password, and one that it knows by a key in the address
OPENROSA = [
    path("formList", openrosa.form_list, name="form_list"),
    path("forms/<str:code>", openrosa.form_xml, name="form_xml"),
    path("forms/<str:code>/manifest", openrosa.manifest, name="manifest"),
    path("forms/<str:code>/lists/<str:name>.csv", openrosa.download_media, name="media"),
    path("forms/<str:code>/media/<str:name>", openrosa.media_file, name="media_file"),
    path("submission", openrosa.receive_submission, name="submission"),
]

app_name = "odk"
urlpatterns = [
    path("", include((OPENROSA, "plain"))),
    path(f"v1/key/<str:key>/{PROJECT}", include((OPENROSA, "keyed"))),
    path("v1/", include((central.urlpatterns, "central"))),
]
