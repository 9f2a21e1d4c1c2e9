"""What is written down while the system runs: a line of JSON for each event, with the number of its request.

Nothing of a person is in it: no address of a page (only which page it was), no query, no body; in messages, words
between quotation marks, mail addresses and long numbers are masked; of an error its kind and the places in our code
that it came through, and its first line, masked.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

LONGEST = 500  # letters of a message
HIDDEN = "…"
PERSONAL = re.compile(
    r"'[^']*'|\"[^\"]*\"|“[^”]*”"  # values, as libraries quote them
    r"|\?[^\s]*"  # the query of an address
    r"|\([^()]*\)=\([^()]*\)"  # columns and values, as PostgreSQL tells them
    r"|[^\s@]+@[^\s@]+"
    r"|\b[\w-]*\d[\w-]*\d[\w-]*\d[\w-]*\d[\w-]*\b"  # numbers of people, phones, cases; keys
)
current: ContextVar["dict[str, str] | None"] = ContextVar("current", default=None)  # the request that is being answered


def masked_message(message: str) -> str:
    """The first line of a message without what may be somebody's."""
    return PERSONAL.sub(HIDDEN, message.strip().partition("\n")[0])[:LONGEST]


def error_of(error: BaseException) -> dict[str, Any]:
    """An error's kind, its masked words, the places it came through (innermost last), and what it came from."""
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    values: dict[str, Any] = {
        "kind": f"{type(error).__module__}.{type(error).__qualname__}",
        "words": masked_message(str(error)),
    }
    values["places"] = places[-40:]
    if (source := error.__cause__ or error.__context__) is not None and source is not error:
        values["from"] = f"{type(source).__module__}.{type(source).__qualname__}"
    return values


class Masked(logging.Filter):
    """Takes out of a record what may be somebody's, for every handler after it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask; every record passes."""
        if getattr(record, "is_masked", False):
            return True
        answered = record.__dict__.pop("request", None)  # Django adds the request itself, and its path to the words
        words = "request failed" if answered is not None else record.getMessage()
        record.msg, record.args, record.is_masked = masked_message(words), (), True
        record.about = current.get() or {}
        if record.exc_info and record.exc_info[1] is not None:
            record.error = error_of(record.exc_info[1])
        record.exc_info = record.exc_text = record.stack_info = None
        return True


class JsonLines(logging.Formatter):
    """One event, one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; times are UTC."""
        log_entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            **getattr(record, "about", {}),
        }
        if status := getattr(record, "status_code", None):
            log_entry["status"] = status
        if error := getattr(record, "error", None):
            log_entry["error"] = error
        return json.dumps(log_entry, ensure_ascii=False)


def logging_settings(level: str, collector: str) -> dict[str, Any]:
    """``LOGGING``: to the console, and to a collector of OpenTelemetry where there is one (its address)."""
    handlers: dict[str, Any] = {
        "console": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["masked"]}
    }
    if collector:
        handlers["collector"] = {
            "()": "tinhso.project.telemetry.collector_handler",
            "address": collector,
            "filters": ["masked"],
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"masked": {"()": "tinhso.project.logs.Masked"}},
        "formatters": {"lines": {"()": "tinhso.project.logs.JsonLines"}},
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR"},  # what a page refused is no accident
        },
    }
