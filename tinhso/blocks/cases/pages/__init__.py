"""Pages of dossiers."""

from tinhso.blocks.cases.pages.processes import processes_urls

app_name = "cases"
urlpatterns = [*processes_urls]
