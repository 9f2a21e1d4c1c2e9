"""What the operations centre writes."""

from tinhso.ioc.services.exports import note_export

__all__ = ["note_export"]
