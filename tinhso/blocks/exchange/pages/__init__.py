"""Open data: pages that anybody may read, files, a catalogue for programs, and a feed of what changed."""

from django.urls import path

from tinhso.blocks.exchange.pages import feeds, open_data, records

app_name = "exchange"
urlpatterns = [
    path("", open_data.shelf, name="open_data"),
    path("catalogue.<str:form>", open_data.catalogue, name="catalogue"),
    path("changes.atom", feeds.atom, name="atom"),
    path("changes.rss", feeds.rss, name="rss"),
    path("changes.json", feeds.json_feed, name="json_feed"),
    path("records/<slug:code>/", records.records, name="records"),
    path("records/<slug:code>.<str:form>", records.download, name="records_file"),
    path("<slug:code>/", open_data.open_set, name="open_set"),
    path("<slug:code>.<str:form>", open_data.download, name="download"),
]
