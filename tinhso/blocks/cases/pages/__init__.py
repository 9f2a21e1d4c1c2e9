"""Pages of cases: inbox, one case, handing in, following without an account; the drawn ways."""

from django.urls import path

from tinhso.blocks.cases.pages import filing, forming, inbox, one, printing, processes, tracking

app_name = "cases"
urlpatterns = [
    path("cases/", inbox.inbox_page, name="inbox"),
    path("cases/bulk/", inbox.act_on_selected, name="bulk"),
    path("cases/doubtful/", inbox.doubtful_cases_page, name="doubtful"),
    path("cases/leave/", inbox.leave_page, name="leave"),
    path("cases/new/", filing.choose_procedure_page, name="choose"),
    path("cases/new/<str:provider>/<str:code>/", filing.desk_filing_page, name="desk"),
    path("cases/new/<str:provider>/<str:code>/form/<str:ref>/", forming.desk_form, name="desk_form"),
    path("cases/register/", printing.register_page, name="register"),
    path("cases/register/07.<str:ending>", printing.register_file, name="register_file"),
    path("cases/<str:code>/", one.case_page, name="case"),
    path("cases/<str:code>/act/", one.act_on_case, name="act"),
    path("cases/<str:code>/reveal/", one.reveal_applicant, name="reveal"),
    path("cases/<str:code>/receipt/", filing.receipt_page, name="receipt"),
    path("cases/<str:code>/key/", filing.key_slip_page, name="key"),
    path("cases/<str:code>/print/<int:number>.pdf", printing.form_pdf, name="form"),
    path("apply/<str:provider>/<str:code>/", filing.online_filing_page, name="online"),
    path("apply/<str:provider>/<str:code>/form/<str:ref>/", forming.online_form, name="online_form"),
    path("track/", tracking.tracking_form_page, name="look"),
    path("track/<str:code>/<str:key>/", tracking.tracking_page, name="tracked"),
    path("track/<str:code>/<str:key>/papers/<str:ref>/", tracking.download_paper, name="tracked_paper"),
    path("track/<str:code>/<str:key>/print/<int:number>.pdf", printing.tracked_form, name="tracked_form"),
    path("processes/of/<str:code>/", processes.of_case, name="case_process"),
    path("processes/of/<str:code>/drawing.json", processes.of_case_drawn, name="case_process_drawing"),
]
