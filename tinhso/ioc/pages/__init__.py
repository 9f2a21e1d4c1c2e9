"""Pages of the operations centre: wall, domains, indicators, units, search, published figures."""

from django.urls import path

from tinhso.ioc.pages import centre, explore, indicator

app_name = "ioc"
urlpatterns = [
    path("", centre.wall, name="wall"),
    path("domains/", centre.domains, name="domains"),
    path("domains/<slug:code>/", centre.domain, name="domain"),
    path("indicators/<str:code>/", indicator.indicator, name="indicator"),
    path("indicators/<str:code>/records/", indicator.show_records, name="records"),
    path("indicators/<str:code>.<str:form>", indicator.export, name="export"),
    path("ioc/units/<str:ref>/", centre.unit, name="unit"),
    path("explore/", explore.explore, name="explore"),
    path("explore.<str:form>", explore.export, name="explore_file"),
    path("search/", centre.search, name="search"),
    path("figures/", centre.figures, name="figures"),
]
