"""Every address of the system, listed by hand so that each can be found by grep."""

from django.urls import URLPattern, URLResolver, include, path

from tinhso.blocks.audit import pages as audit
from tinhso.blocks.identity import pages as identity
from tinhso.blocks.messaging import pages as messaging
from tinhso.government.reporting import pages as reporting

urlpatterns: list[URLPattern | URLResolver] = [
    path("audit/", include(audit)),
    path("messages/", include(messaging)),
    path("returns/", include(reporting)),
    path("accounts/", include(identity)),
    path("accounts/", include(identity.library_urls)),
]
