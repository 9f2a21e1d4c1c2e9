"""Pages of infrastructure: what runs, what will stop, what depends on what."""

from django.urls import path

from tinhso.government.infrastructure.pages import checks, home, outages

app_name = "infrastructure"
urlpatterns = [
    path("infrastructure/", home.home, name="home"),
    path("infrastructure/old/", home.old, name="old"),
    path("infrastructure/map/", home.map_page, name="map"),
    path("infrastructure/map/tie/", home.tie, name="tie"),
    path("infrastructure/outages/", outages.listed, name="outages"),
    path("infrastructure/outages/new/", outages.new, name="new_outage"),
    path("infrastructure/outages/<str:ref>/", outages.one, name="outage"),
    path("infrastructure/outages/<str:ref>/act/", outages.act, name="outage_act"),
    path("infrastructure/checks/", checks.listed, name="checks"),
    path("infrastructure/checks/new/", checks.new, name="new_check"),
    path("infrastructure/checks/<str:ref>/", checks.one, name="check"),
    path("infrastructure/checks/<str:ref>/act/", checks.act, name="check_act"),
    path("service-outages/", outages.public, name="public"),
]
