"""Open data: pages that anybody may read, files, a catalogue for programs, and a feed of what changed."""

from django.urls import path

from tinhso.blocks.open_data.pages import datasets, feeds, records

app_name = "open_data"
urlpatterns = [
    path("", datasets.open_data_page, name="home"),
    path("catalogue.<str:form>", datasets.catalogue_in_form, name="catalogue"),
    path("changes.atom", feeds.atom, name="atom"),
    path("changes.rss", feeds.rss, name="rss"),
    path("changes.json", feeds.json_feed, name="json_feed"),
    path("records/<slug:code>/", records.records_page, name="records"),
    path("records/<slug:code>.<str:form>", records.download_records, name="records_file"),
    path("<slug:code>/", datasets.open_set, name="open_set"),
    path("<slug:code>.<str:form>", datasets.download_set, name="download"),
]
