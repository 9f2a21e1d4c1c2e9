"""Pages of registers: lists, maps, records with their history, files, duplicates."""

from django.urls import path

from tinhso.blocks.registers.pages import exporting, importing, lists, many, maps, records

app_name = "registers"
urlpatterns = [
    path("", lists.registers_page, name="index"),
    path("<slug:code>/", lists.records_page, name="list"),
    path("<slug:code>/filters/", lists.save_filter, name="filters"),
    path("<slug:code>/map/", maps.map_page, name="map"),
    path("<slug:code>/new/", records.new_record_page, name="new"),
    path("<slug:code>/bulk/", many.bulk_change_page, name="bulk"),
    path("<slug:code>/duplicates/", many.duplicates_page, name="duplicates"),
    path("<slug:code>/merge/", many.merge_page, name="merge"),
    path("<slug:code>/acts/", many.acts_page, name="acts"),
    path("<slug:code>/acts/<int:number>/undo/", many.undo_act, name="undo"),
    path("<slug:code>/import/", importing.begin_import, name="import"),
    path("<slug:code>/import/<str:ref>/", importing.import_page, name="import_one"),
    path("<slug:code>/import/<str:ref>/act/", importing.decide_import, name="import_act"),
    path("<slug:code>/import/<str:ref>/faults.csv", importing.import_faults_file, name="import_faults"),
    path("<slug:code>/template.xlsx", exporting.template_file, name="template"),
    path("<slug:code>/export.<str:form>", exporting.export_file, name="export"),
    path("<slug:code>/<str:ref>/", records.record_page, name="one"),
    path("<slug:code>/<str:ref>/edit/", records.edit_record_page, name="edit"),
    path("<slug:code>/<str:ref>/correct/", records.correct_record_page, name="correct"),
    path("<slug:code>/<str:ref>/end/", records.end_record_page, name="end"),
    path("<slug:code>/<str:ref>/reveal/", records.reveal_record, name="reveal"),
]
