"""Every address of the system, listed by hand so that each can be found by grep."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tinhso.blocks.audit import pages as audit
from tinhso.blocks.bpmn import pages as bpmn
from tinhso.blocks.cases import pages as cases
from tinhso.blocks.dhis2 import api as dhis2
from tinhso.blocks.documents import pages as documents
from tinhso.blocks.forms import pages as forms
from tinhso.blocks.identity import pages as identity
from tinhso.blocks.messaging import pages as messaging
from tinhso.blocks.messaging.pages import channels
from tinhso.blocks.open_data import pages as open_data
from tinhso.blocks.payments import pages as payments
from tinhso.blocks.registers import pages as registers
from tinhso.blocks.registers.api import ogc
from tinhso.blocks.remote_keys import pages as remote_keys
from tinhso.blocks.remote_keys.api import csc
from tinhso.blocks.sdmx import api as sdmx
from tinhso.blocks.signature_requests import pages as signature_requests
from tinhso.blocks.signatures import pages as signatures
from tinhso.blocks.surveys import api as odk
from tinhso.blocks.surveys import pages as surveys
from tinhso.blocks.units import pages as units
from tinhso.blocks.worklist import pages as worklist
from tinhso.economy.connectivity import pages as connectivity
from tinhso.economy.enterprises import pages as enterprises
from tinhso.government.certificates import pages as certificates
from tinhso.government.infrastructure import pages as infrastructure
from tinhso.government.programme import pages as programme
from tinhso.government.public_services import pages as public_services
from tinhso.government.public_services.api import govstack
from tinhso.government.reporting import pages as reporting
from tinhso.ioc import pages as ioc
from tinhso.project.api import api
from tinhso.project.api_page import api_page
from tinhso.project.loading_progress import loading_page
from tinhso.society.community_teams import pages as community_teams
from tinhso.society.field_reports import pages as field_reports
from tinhso.society.field_reports.api import open311
from tinhso.society.field_reports.pages import outside as field_reports_outside
from tinhso.society.support import pages as support
from tinhso.ui import installed
from tinhso.ui import views as ui

handler404 = "tinhso.project.accidents.not_found_page"
handler500 = "tinhso.project.accidents.error_page"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", ui.front_page, name="front"),
    path("about/", ui.about_page, {"subject": "about"}, name="about"),
    path("privacy/", ui.about_page, {"subject": "privacy"}, name="privacy"),
    path("accessibility/", ui.about_page, {"subject": "accessibility"}, name="accessibility"),
    path("contact/", ui.about_page, {"subject": "contact"}, name="contact"),
    path("start/", ui.start_page, name="start"),
    path("loading/", loading_page, name="loading"),
    path("", include(ioc)),
    path("units/", include(units)),
    path("api/", api_page, name="api_page"),
    path("api/v1/", api.urls),
    path("csc/", include(csc)),
    path("dhis2/api/", include(dhis2)),
    path("open-data/", include(open_data)),
    path("govstack/registration/", include(govstack)),
    path("open311/", include(open311)),
    path("odk/", include(odk)),
    path("ogc/", include(ogc)),
    path("sdmx/3.0/", include(sdmx)),
    path("audit/", include(audit)),
    path("toi/", include(worklist)),
    path("certificates/", include(certificates)),
    path("registers/", include(registers)),
    path("forms/", include(forms)),
    path("surveys/", include(surveys)),
    path("messages/", include(messaging)),
    path("channels/", include(channels)),
    path("", include(payments)),
    path("", include(signatures)),  # before documents, which takes any code after verify/
    path("", include(remote_keys)),
    path("", include(signature_requests)),  # after those two, since it takes any reference after theirs
    path("", include(documents)),
    path("returns/", include(reporting)),
    path("", include(infrastructure)),
    path("", include(connectivity)),
    path("", include(enterprises)),
    path("", include(programme)),
    path("", include(public_services)),
    path("", include(field_reports_outside)),  # before the next, whose last addresses take any word
    path("", include(field_reports)),
    path("", include(support)),
    path("", include(community_teams)),
    path("", include(cases)),
    path("", include(bpmn)),
    path("accounts/", include(identity)),
    path("accounts/", include(identity.library_urls)),
    path("language/", set_language, name="set_language"),
    path("theme.css", ui.theme_css, name="theme_css"),
    path("mark.svg", ui.theme_mark, name="theme_mark"),
    path("he-thong/", ui.systems_page, name="systems"),
    path("sitemap.xml", ui.site_map, name="site_map"),
    path("robots.txt", ui.robots_txt, name="robots"),
    path("manifest.webmanifest", installed.web_manifest, name="manifest"),
    path("icons/<str:name>.png", installed.app_icon, name="icon"),
    path("sw.js", installed.service_worker, name="service_worker"),
]
if settings.DEMO:
    urlpatterns += [
        path("styleguide/", ui.styleguide_page, name="styleguide"),
        path("styleguide/<str:sheet>/", ui.styleguide_page, name="styleguide_sheet"),
    ]
