"""Pages of enterprises: how they stand, one firm, the public self-assessment."""

from django.urls import path

from tinhso.economy.enterprises.pages import assessing, home

app_name = "enterprises"
urlpatterns = [
    path("enterprises/", home.enterprises_home_page, name="home"),
    path("enterprises/lists/<slug:what>/", home.firms_page, name="behind"),
    path("enterprises/<str:ref>/", home.firm_page, name="firm"),
    path("enterprises/<str:ref>/invite/", home.invite_firm, name="invite"),
    path("self-assessment/", assessing.assessment_page, name="assess"),
]
