"""Settings of channels that people write on; a channel whose secret is not set is off."""

import os

ZALO_APP_ID = os.environ.get("TINHSO_ZALO_APP_ID", "")
ZALO_SECRET = os.environ.get("TINHSO_ZALO_SECRET", "")  # the official account's key, by which webhooks are signed
ZALO_APP_SECRET = os.environ.get("TINHSO_ZALO_APP_SECRET", "")  # the app's, by which a token is asked for
ZALO_REFRESH_TOKEN = os.environ.get(
    "TINHSO_ZALO_REFRESH_TOKEN", ""
)  # the first one; later ones are kept in the database
ZALO_URL = os.environ.get("TINHSO_ZALO_URL", "https://openapi.zalo.me")
ZALO_LOGIN_URL = os.environ.get("TINHSO_ZALO_LOGIN_URL", "https://oauth.zaloapp.com")
MESSENGER_SECRET = os.environ.get("TINHSO_MESSENGER_SECRET", "")
MESSENGER_VERIFY = os.environ.get("TINHSO_MESSENGER_VERIFY", "")  # what the platform repeats to be let in
MESSENGER_TOKEN = os.environ.get("TINHSO_MESSENGER_TOKEN", "")
MESSENGER_URL = os.environ.get("TINHSO_MESSENGER_URL", "https://graph.facebook.com/v23.0")
_PLATFORMS = "*.zdn.vn,*.zadn.vn,*.fbcdn.net,*.fbsbx.com"
MEDIA_HOSTS = [host for host in os.environ.get("TINHSO_MEDIA_HOSTS", _PLATFORMS).split(",") if host]
SMS_URL = os.environ.get("TINHSO_SMS", "")  # smpp://name:password@host:2775, or smpps:// for TLS
MAILBOX = os.environ.get("TINHSO_MAILBOX", "")  # maildir:folder, or imaps://name:password@host/INBOX
