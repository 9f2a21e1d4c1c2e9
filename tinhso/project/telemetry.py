"""Log records on their way to a collector of OpenTelemetry (OTLP over HTTP): optional, and in the background."""

import logging
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SERVICE = "tinhso"
SEVERITIES = {"DEBUG": 5, "INFO": 9, "WARNING": 13, "ERROR": 17, "CRITICAL": 21}  # OpenTelemetry, logs data model


class Collected(logging.Handler):
    """Hands masked records (``logs.Masked``) to OpenTelemetry, which sends some at a time."""

    def __init__(self, provider: Any) -> None:
        super().__init__()
        self.provider = provider
        self._logger = provider.get_logger(SERVICE)

    def emit(self, record: logging.LogRecord) -> None:
        """Queue one record; what the collector does not take is lost, the console has it all the same."""
        from opentelemetry._logs import LogRecord, SeverityNumber

        about = {f"request.{name}": value for name, value in getattr(record, "about", {}).items()}
        if error := getattr(record, "error", None):
            about |= {"exception.type": error["kind"], "exception.message": error["words"]}
            about["exception.stacktrace"] = "\n".join(error["places"])
        self._logger.emit(
            LogRecord(
                timestamp=int(record.created * 1_000_000_000),
                severity_text=record.levelname,
                severity_number=SeverityNumber(SEVERITIES.get(record.levelname, 13)),
                body=record.getMessage(),
                attributes={"logger": record.name, **about},
            )
        )

    def close(self) -> None:
        """Send what waits."""
        self.provider.shutdown()
        super().close()


def collector_handler(address: str) -> Collected:
    """The handler that sends to ``address``; refuses to start where the optional packages are not installed."""
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        raise ImproperlyConfigured(
            "TINHSO_OTLP_URL cần gói tùy chọn: pip install 'tinhso[telemetry]', hoặc bỏ biến này."
        )
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.resources import Resource

    provider = LoggerProvider(resource=Resource.create({"service.name": SERVICE}))
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=address)))
    return Collected(provider)
