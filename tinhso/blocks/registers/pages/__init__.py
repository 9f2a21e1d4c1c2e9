"""Pages of registers: lists, maps, records with their history, files, duplicates."""

from django.urls import path

from tinhso.blocks.registers.pages import exporting, importing, lists, many, maps, records

app_name = "registers"
urlpatterns = [
    path("", lists.index, name="index"),
    path("<slug:code>/", lists.listed, name="list"),
    path("<slug:code>/filters/", lists.filters, name="filters"),
    path("<slug:code>/map/", maps.page, name="map"),
    path("<slug:code>/new/", records.new, name="new"),
    path("<slug:code>/bulk/", many.bulk, name="bulk"),
    path("<slug:code>/duplicates/", many.duplicates, name="duplicates"),
    path("<slug:code>/merge/", many.merge, name="merge"),
    path("<slug:code>/acts/", many.acts, name="acts"),
    path("<slug:code>/acts/<int:number>/undo/", many.undo, name="undo"),
    path("<slug:code>/import/", importing.begin, name="import"),
    path("<slug:code>/import/<str:ref>/", importing.one, name="import_one"),
    path("<slug:code>/import/<str:ref>/act/", importing.act, name="import_act"),
    path("<slug:code>/import/<str:ref>/faults.csv", importing.faults, name="import_faults"),
    path("<slug:code>/template.xlsx", exporting.template, name="template"),
    path("<slug:code>/export.<str:form>", exporting.export, name="export"),
    path("<slug:code>/<str:ref>/", records.one, name="one"),
    path("<slug:code>/<str:ref>/edit/", records.edit, name="edit"),
    path("<slug:code>/<str:ref>/correct/", records.correct, name="correct"),
    path("<slug:code>/<str:ref>/end/", records.end, name="end"),
    path("<slug:code>/<str:ref>/reveal/", records.reveal, name="reveal"),
]
