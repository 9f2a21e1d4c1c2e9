"""A real OpenID provider in a process of its own: the log-in library's, with one citizen and one relying party.

``python -m tinhso.blocks.identity.tests.provider PORT CALLBACK`` serves until it is stopped.
"""

import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

CITIZEN, PASSWORD = "cong-dan", "mat-khau-cua-cong-dan"
MEMORY = "file:provider?mode=memory&cache=shared"
CLIENT_ID, SECRET = "tinh-so", "bi-mat-giua-hai-ben"


class Server(ThreadingMixIn, WSGIServer):
    """Answers several requests at once: the browser's and the relying party's."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    """Keeps no log."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def private_key() -> str:
    """A fresh RSA key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def configure() -> None:
    """Settings of the provider, none of them ours."""
    settings.configure(
        SECRET_KEY="only for this test's provider",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tinhso.blocks.identity.tests.provider_urls",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "file:provider?mode=memory&cache=shared"}
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        SESSION_COOKIE_NAME="provider",
        ACCOUNT_EMAIL_VERIFICATION="none",
        IDP_OIDC_PRIVATE_KEY=private_key(),
        USE_TZ=True,
    )
    django.setup()


def fill(callback: str) -> None:
    """One citizen and one relying party."""
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    User.objects.create_user(CITIZEN, "cong-dan@example.vn", PASSWORD, first_name="Trần Văn", last_name="Công Dân")
    Client.objects.create(
        id=CLIENT_ID,
        name="Tỉnh số",
        secret=make_password(SECRET),
        redirect_uris=callback,
        scopes="openid\nprofile\nemail",
    )


def main(port: int, callback: str) -> None:
    """Serve."""
    configure()
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    connection.ensure_connection()
    fill(callback)
    server = make_server("127.0.0.1", port, get_wsgi_application(), server_class=Server, handler_class=Silent)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
