"""Log-in: allauth, second factor, lock-out: the baseline for a level-3 system (handbook: people and rights)."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

PRODUCTION = os.environ.get("TINHSO_PRODUCTION", "0") == "1"
PROXIES = int(os.environ.get("TINHSO_PROXIES", "0"))  # how many of our own proxies stand in front
PUBLIC_URL = os.environ.get("TINHSO_PUBLIC_URL", "http://localhost:8000")  # links in mail begin with it

# sessions: locked when idle by ActorMiddleware, over after a working day in any case
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tinhso.blocks.identity.services.PasswordLength"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
]

ACCOUNT_ADAPTER = "tinhso.blocks.identity.pages.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False  # offices share addresses; nobody is known by one
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # counted in the database by axes, for all processes together
ACCOUNT_FORMS = {
    "login": "tinhso.blocks.identity.pages.forms.LogIn",
    "reauthenticate": "tinhso.blocks.identity.pages.forms.Reauthenticate",
    "change_password": "tinhso.blocks.identity.pages.forms.ChangePassword",
    "set_password": "tinhso.blocks.identity.pages.forms.SetPassword",
}

MFA_ADAPTER = "tinhso.blocks.identity.pages.adapters.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # browsers trust localhost without TLS
MFA_TOTP_ISSUER = "Tỉnh số"
MFA_TOTP_TOLERANCE = 1  # clocks of phones may be half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "tinhso.blocks.identity.pages.forms.Authenticate",
    "reauthenticate": "tinhso.blocks.identity.pages.forms.AuthenticateAgain",
    "activate_totp": "tinhso.blocks.identity.pages.forms.ActivateTotp",
    "add_webauthn": "tinhso.blocks.identity.pages.forms.AddPasskey",
    "edit_webauthn": "tinhso.blocks.identity.pages.forms.RenamePasskey",
}


def _parse_limits(text: str) -> list[tuple[int, timedelta]]:
    """``5/15,20/1440``: at most 5 in 15 minutes and 20 in a day."""
    pairs = [limit.split("/") for limit in text.split(",")]
    return [(int(most), timedelta(minutes=int(minutes))) for most, minutes in pairs]


# How many wrong codes of a second factor one person may try in so many minutes; passkeys are never counted
SECOND_FACTOR_LIMITS = _parse_limits(os.environ.get("TINHSO_SECOND_FACTOR_LIMITS", "5/15,20/1440"))

# Whoever holds one of these rights needs a second factor, whatever their role says (right,right,…); empty: those that
# apps have registered as grave
_NAMED = os.environ.get("TINHSO_SECOND_FACTOR_RIGHTS", "")
SECOND_FACTOR_RIGHTS = [right for right in _NAMED.split(",") if right] or None

# Where a program's token opens something: interfaces, never a page
PROGRAM_ADDRESSES = [
    "/api/v1/",
    "/csc/",
    "/dhis2/api/",
    "/govstack/registration/",
    "/odk/",
    "/ogc/",
    "/open311/",
    "/sdmx/3.0/",
]

# an outside OpenID provider, such as VNeID
OIDC_ISSUER = os.environ.get("TINHSO_OIDC_ISSUER", "")
OIDC_NAME = os.environ.get("TINHSO_OIDC_NAME", "") or _("VNeID (hoặc tương đương)")
OIDC_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER))] if OIDC_ISSUER else []
SOCIALACCOUNT_ADAPTER = "tinhso.blocks.identity.pages.adapters.OutsideAccounts"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address proves nothing: officials connect their account themselves
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "vneid",
                "name": OIDC_NAME,
                "client_id": os.environ.get("TINHSO_OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("TINHSO_OIDC_SECRET", ""),
                "settings": {"server_url": OIDC_ISSUER, "token_auth_method": "client_secret_basic"},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}

# five failed log-ins lock a name for fifteen minutes
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_USERNAME_CALLABLE = "tinhso.blocks.identity.pages.adapters.tried_name"
AXES_DISABLE_ACCESS_LOG = True  # the audit log keeps log-ins
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_HTTP_RESPONSE_CODE = 429
AXES_CLIENT_IP_CALLABLE = "tinhso.blocks.identity.queries.address_of"
# how many may fail within an hour from one address, whatever names they try: an office shares one
LOG_IN_FAILURES_AN_HOUR = int(os.environ.get("TINHSO_LOG_IN_FAILURES_AN_HOUR", "100"))
# by name alone: an office shares one address, and a lock of it would shut all of them out
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_LOCKOUT_CALLABLE = "tinhso.blocks.identity.pages.adapters.locked_out"
