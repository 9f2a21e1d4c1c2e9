"""Log records reach a collector of OpenTelemetry, masked as on the console."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tinhso.project import logs, telemetry

SECONDS = 60


@pytest.fixture
def collector() -> Iterator[tuple[str, "Queue[bytes]"]]:
    """A collector on this machine: its address, and what it was sent."""
    sent: Queue[bytes] = Queue()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/logs", sent
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_record_reaches_the_collector_with_its_request_and_without_persons(
    collector: tuple[str, "Queue[bytes]"],
) -> None:
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    address, sent = collector
    handler = telemetry.collector_handler(address)
    handler.addFilter(logs.Masked())
    logger = logging.Logger("tinhso.test")
    logger.addHandler(handler)
    held = logs.current.set({"request": "abc123", "page": "x/"})

    try:
        raise ValueError("số 079123456789 của 'Lan'")
    except ValueError:
        logger.exception("failed for %s", "lan@vi-du.vn")
    handler.close()
    logs.current.reset(held)

    [told] = ExportLogsServiceRequest.FromString(sent.get(timeout=SECONDS)).resource_logs
    [record] = told.scope_logs[0].log_records
    attributes = {one.key: one.value.string_value for one in record.attributes}
    assert (record.body.string_value, record.severity_text) == ("failed for …", "ERROR")
    assert (attributes["request.request"], attributes["exception.type"]) == ("abc123", "builtins.ValueError")
    assert "test_telemetry.py" in attributes["exception.stacktrace"]
    assert not any(personal in f"{told}" for personal in ("079123456789", "Lan", "vi-du"))


def test_without_the_optional_packages_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "find_spec", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match="telemetry"):
        telemetry.collector_handler("http://127.0.0.1:1/v1/logs")


def test_a_collector_in_the_settings_is_told_what_the_console_is_told() -> None:
    told = logs.logging_settings("WARNING", "http://127.0.0.1:4318/v1/logs")

    assert told["root"]["handlers"] == ["console", "collector"]
    assert told["handlers"]["collector"]["filters"] == ["masked"]
