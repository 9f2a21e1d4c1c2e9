"""How requests are received and what is written down of accidents (handbook: operations)."""

import os

from tinhso.project import logs

LARGEST_REQUEST = int(os.environ.get("TINHSO_LARGEST_REQUEST_MB", "60")) * 1_000_000  # bytes, files included
PAGE_THREADS = int(os.environ.get("TINHSO_PAGE_THREADS", "4"))  # of one server process
FILE_THREADS = int(os.environ.get("TINHSO_FILE_THREADS", "3"))  # of one server process, for requests that bring files
BODY_GRACE = float(os.environ.get("TINHSO_BODY_GRACE_SECONDS", "30"))  # within which a body need not keep up
SLOWEST_BODY = int(os.environ.get("TINHSO_SLOWEST_BODY_KB", "8")) * 1_000  # bytes a second after that
REQUESTS_AN_ADDRESS = int(os.environ.get("TINHSO_REQUESTS_AN_ADDRESS", "64"))  # at once, in one server process
LOG_LEVEL = os.environ.get("TINHSO_LOG_LEVEL", "WARNING").upper()
OTLP_URL = os.environ.get(
    "TINHSO_OTLP_URL", ""
)  # where a collector takes log records, e.g. http://127.0.0.1:4318/v1/logs
LOGGING = logs.logging_settings(LOG_LEVEL, OTLP_URL)
