"""What the operations centre of a demo province has lived through: bulletins, and a few weeks of alerts."""

from tinhso.ioc.demo.alerts import tell_story
from tinhso.ioc.demo.bulletins import issue_bulletins

__all__ = ["issue_bulletins", "tell_story"]
