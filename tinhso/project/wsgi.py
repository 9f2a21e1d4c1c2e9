"""Pages and API for granian's WSGI workers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
application = get_wsgi_application()

from tinhso.blocks.identity.apps import must_be_safe_to_start  # noqa: E402

must_be_safe_to_start()
