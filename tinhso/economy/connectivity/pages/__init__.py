"""Pages of connectivity: how it stands, what each operator reaches, and where something is missing."""

from django.urls import path

from tinhso.economy.connectivity.pages import home

app_name = "connectivity"
urlpatterns = [
    path("connectivity/", home.home, name="home"),
    path("connectivity/gaps/", home.gaps, name="gaps"),
    path("connectivity/coverage/", home.coverage, name="coverage"),
]
