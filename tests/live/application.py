"""The live stream as it is served, with two events of the tests and a quicker heartbeat."""

from tests.live.events import Published, Secret
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.project import asgi, live

live.HEARTBEAT = 0.5
register_live_event(Published, right="see returns")
register_live_event(Secret, right="see audit")
application = asgi.application
