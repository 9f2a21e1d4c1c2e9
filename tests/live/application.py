"""The live stream as it is served, with two events of the tests and a quicker heartbeat."""

from tests.live.events import Published, Secret
from tinhso.blocks.messaging.contract import shows_live
from tinhso.project import asgi, live

live.HEARTBEAT = 0.5
shows_live(Published, right="see returns")
shows_live(Secret, right="see audit")
application = asgi.application
