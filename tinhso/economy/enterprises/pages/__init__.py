"""Pages of enterprises: how they stand, one firm, the public self-assessment."""

from django.urls import path

from tinhso.economy.enterprises.pages import assessing, home

app_name = "enterprises"
urlpatterns = [
    path("enterprises/", home.home, name="home"),
    path("enterprises/lists/<slug:what>/", home.listed, name="behind"),
    path("enterprises/<str:ref>/", home.firm, name="firm"),
    path("enterprises/<str:ref>/invite/", home.invite, name="invite"),
    path("self-assessment/", assessing.assess, name="assess"),
]
