"""Settings: everything an operator may change is an environment variable, read here and documented in the handbook."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from tinhso.project.channel_settings import *  # noqa: F403
from tinhso.project.database import connection_settings
from tinhso.project.identity_settings import *  # noqa: F403
from tinhso.project.identity_settings import OIDC_ORIGINS, PRODUCTION
from tinhso.project.serving_settings import *  # noqa: F403

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("TINHSO_VAR", ROOT / "var"))
DEMO = os.environ.get("TINHSO_DEMO", "1") == "1"
DEBUG = os.environ.get("TINHSO_DEBUG", "0") == "1"
DEFAULT_SECRET = "demo-only-secret-that-production-refuses-to-start-with"
SECRET_KEY = os.environ.get("TINHSO_SECRET_KEY", DEFAULT_SECRET)
ALLOWED_HOSTS = os.environ.get("TINHSO_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("TINHSO_ORIGINS", "").split(",") if origin]

PROVINCE_DIR = Path(os.environ.get("TINHSO_PROVINCE", ROOT / "provinces" / "ben_tre"))
FACT_STORE = os.environ.get("TINHSO_FACT_STORE", str(VAR / "facts"))
# What gets into an object store has names of its own there: AWS_ENDPOINT_URL, AZURE_STORAGE_ACCOUNT_NAME, …
STORES = ("AWS_", "AZURE_", "GOOGLE_")
FACT_STORE_OPTIONS = {name: value for name, value in os.environ.items() if name.startswith(STORES)}
FILE_STORE = os.environ.get("TINHSO_FILE_STORE", str(VAR / "files"))  # papers: a folder, or s3://bucket/prefix
CHANNEL_FILES = os.environ.get("TINHSO_CHANNEL_FILES", str(VAR / "channel-files"))  # pictures people sent, for a while
OWNER_KEY = os.environ.get("TINHSO_OWNER_KEY", SECRET_KEY)  # hashes whose a paper is: once in use, it never changes
CLAMAV = os.environ.get("TINHSO_CLAMAV", "")  # unix:/path or host:port of clamd
TRUST_DIR = os.environ.get("TINHSO_TRUST", "")  # whose certificates are trusted; empty: the province's own list
TIMESTAMP_URL = os.environ.get("TINHSO_TIMESTAMP_URL", "")  # RFC 3161; empty: signatures carry no timestamp
# Who may be asked whether certificates hold: host, or host:port
SIGNING_HOSTS = [host for host in os.environ.get("TINHSO_SIGNING_HOSTS", "").split(",") if host]
PKCS11_MODULE = os.environ.get("TINHSO_PKCS11_MODULE", "")  # the library of the token that holds seals
PKCS11_PIN_FILE = os.environ.get("TINHSO_PKCS11_PIN_FILE", "")  # holds the PIN of seals; read by no page's process
# What of the environment that library needs; the process that keeps keys is given nothing else
PKCS11_ENVIRONMENT = os.environ.get("TINHSO_PKCS11_ENVIRONMENT", "SOFTHSM2_CONF").split(",")
# Remote signing services of others (origins, e.g. https://ky.vi-du.vn) whose keys officials may use
CSC_SERVICES = [
    service_address for service_address in os.environ.get("TINHSO_CSC_SERVICES", "").split(",") if service_address
]
MSS_URL = os.environ.get("TINHSO_MSS_URL", "")  # the mobile operator that has SIMs sign (ETSI TS 102 204); empty: none
MSS_OPERATOR_ID = os.environ.get("TINHSO_MSS_OPERATOR_ID", "")  # its own name in messages; empty: its address
MSS_AP_ID = os.environ.get("TINHSO_MSS_AP_ID", "")  # what it calls the province
MSS_AP_PASSWORD = os.environ.get("TINHSO_MSS_AP_PASSWORD", "")
# Networks whose machines live checks may ask: 10.0.0.0/8,203.113.0.0/16; empty: none is asked
CHECK_NETWORKS = [network for network in os.environ.get("TINHSO_CHECK_NETWORKS", "").split(",") if network]
# Whether the worker looks for the websites that firms declare, at public addresses alone
CHECK_SITES = os.environ.get("TINHSO_CHECK_SITES", "") == "1"
SNAPSHOT_DIR = VAR / "snapshots"
DOCUMENT_FONT_DIR = ROOT / "tinhso/ui/static/dist/documents"
INDICATOR_ENGINE = os.environ.get("INDICATOR_ENGINE", "duckdb")
SPARK = os.environ.get("TINHSO_SPARK", "local[*]")
INDICATOR_MEMORY = os.environ.get("TINHSO_ENGINE_MEMORY", "1500MB")
LIVE_URL = os.environ.get("TINHSO_LIVE_URL", "")
LIVE_PORT = os.environ.get("TINHSO_LIVE_PORT", "")  # a laptop's live stream: the page's own host on another port

BLOCKS = [
    "tinhso.blocks.outbox",
    "tinhso.blocks.audit",
    "tinhso.blocks.units",
    "tinhso.blocks.identity",
    "tinhso.blocks.worklist",
    "tinhso.blocks.messaging",
    "tinhso.blocks.documents",
    "tinhso.blocks.signatures",
    "tinhso.blocks.remote_keys",
    "tinhso.blocks.signature_requests",
    "tinhso.blocks.forms",
    "tinhso.blocks.surveys",
    "tinhso.blocks.indicators",
    "tinhso.blocks.payments",
    "tinhso.blocks.dhis2",
    "tinhso.blocks.sdmx",
    "tinhso.blocks.open_data",
    "tinhso.blocks.registers",
    "tinhso.blocks.bpmn",
    "tinhso.blocks.cases",
]
DOMAINS = [
    "tinhso.economy.connectivity",
    "tinhso.economy.enterprises",
    "tinhso.government.certificates",
    "tinhso.government.infrastructure",
    "tinhso.government.programme",
    "tinhso.government.reporting",
    "tinhso.government.public_services",
    "tinhso.society.community_teams",
    "tinhso.society.field_reports",
    "tinhso.society.support",
    "tinhso.ioc",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "tinhso.ui",
    *BLOCKS,  # before the libraries, so that our Vietnamese templates win
    *DOMAINS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "django_htmx",
    "django_vite",
    "csp",
    "procrastinate.contrib.django",
    "tinhso.project",
]

MIDDLEWARE = [
    "tinhso.project.accidents.RequestNumberMiddleware",  # first, so that all that is written down has it
    "tinhso.project.middleware.AddressMiddleware",
    "tinhso.project.timing.TimingMiddleware",  # before the others, so that it sees all the work
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tinhso.project.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tinhso.blocks.identity.middleware.ActorMiddleware",
    "tinhso.project.readers.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tinhso.project.middleware.SizeMiddleware",  # before anything reads what was sent
    "tinhso.project.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tinhso.project.urls"
WSGI_APPLICATION = "tinhso.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["tinhso.ui.white_space.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tinhso.ui.context.page_context",
                "tinhso.blocks.messaging.pages.page_context",
            ],
        },
    }
]

DATABASES = {"default": connection_settings(os.environ.get("DATABASE_URL", ""), VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1500}}}

AUTH_USER_MODEL = "identity.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "tinhso.blocks.identity.queries.log_in.LogInBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/start/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "tinhso" / "project" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31_536_000
DJANGO_VITE = {
    "default": {"manifest_path": ROOT / "tinhso/ui/static/dist/.vite/manifest.json", "static_url_prefix": "dist"}
}

# The gateway that takes payments online, and the key by which a bank signs its notices: absent, neither is offered
PAYMENT_GATEWAY_URL = os.environ.get("TINHSO_PAYMENT_GATEWAY_URL", "")
PAYMENT_GATEWAY_CODE = os.environ.get("TINHSO_PAYMENT_GATEWAY_CODE", "")
PAYMENT_GATEWAY_SECRET = os.environ.get("TINHSO_PAYMENT_GATEWAY_SECRET", "")
BANK_NOTICE_SECRET = os.environ.get("TINHSO_BANK_NOTICE_SECRET", "")
_GATEWAYS = ["{0.scheme}://{0.netloc}".format(urlsplit(PAYMENT_GATEWAY_URL))] if PAYMENT_GATEWAY_URL else []

_CONNECT = ["'self'", *([LIVE_URL] if LIVE_URL else [])]
if LIVE_PORT:
    # The policy's grammar knows no IPv6 address: browsers ignore one and complain.
    _CONNECT += [f"http://{host}:{LIVE_PORT}" for host in ALLOWED_HOSTS if not host.startswith("[")]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": _CONNECT,
        "worker-src": ["'self'", "blob:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", *OIDC_ORIGINS, *_GATEWAYS],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

EMAIL_BACKEND = os.environ.get("TINHSO_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("TINHSO_EMAIL_FROM", "tinhso@localhost")
BROWSERS_PUSH_SERVICES = "fcm.googleapis.com,updates.push.services.mozilla.com,web.push.apple.com,*.notify.windows.com"
PUSH_SERVICES = os.environ.get("TINHSO_PUSH_SERVICES", BROWSERS_PUSH_SERVICES).split(",")
NPSP_URL = os.environ.get("NPSP_URL", "")  # empty: the national portal is told nothing yet, messages are kept
NPSP_SYSTEM = os.environ.get("NPSP_SYSTEM", "")
NPSP_SECRET = os.environ.get("NPSP_SECRET", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
