"""Pages of infrastructure: what runs, what will stop, what depends on what."""

from django.urls import path

from tinhso.government.infrastructure.pages import checks, home, outages

app_name = "infrastructure"
urlpatterns = [
    path("infrastructure/", home.home_page, name="home"),
    path("infrastructure/old/", home.old_devices_page, name="old"),
    path("infrastructure/map/", home.map_page, name="map"),
    path("infrastructure/map/tie/", home.change_dependency, name="tie"),
    path("infrastructure/outages/", outages.outages_page, name="outages"),
    path("infrastructure/outages/new/", outages.new_outage_page, name="new_outage"),
    path("infrastructure/outages/<str:ref>/", outages.outage_page, name="outage"),
    path("infrastructure/outages/<str:ref>/act/", outages.end_outage, name="outage_act"),
    path("infrastructure/checks/", checks.checks_page, name="checks"),
    path("infrastructure/checks/new/", checks.new_check_page, name="new_check"),
    path("infrastructure/checks/<str:ref>/", checks.check_page, name="check"),
    path("infrastructure/checks/<str:ref>/act/", checks.drop_check, name="check_act"),
    path("service-outages/", outages.public_outages_page, name="public"),
]
