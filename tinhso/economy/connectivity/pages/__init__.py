"""Pages of connectivity: how it stands, and where something is missing."""

from django.urls import path

from tinhso.economy.connectivity.pages import home

app_name = "connectivity"
urlpatterns = [
    path("connectivity/", home.home, name="home"),
    path("connectivity/gaps/", home.gaps, name="gaps"),
]
