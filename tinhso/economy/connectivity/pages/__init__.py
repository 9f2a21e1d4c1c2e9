"""Pages of connectivity: how it stands, what each operator reaches, and where something is missing."""

from django.urls import path

from tinhso.economy.connectivity.pages import home

app_name = "connectivity"
urlpatterns = [
    path("connectivity/", home.connectivity_home_page, name="home"),
    path("connectivity/gaps/", home.gaps_page, name="gaps"),
    path("connectivity/coverage/", home.coverage_page, name="coverage"),
]
