"""Outbox: events are written in the change's own transaction and delivered at least once, in order per aggregate."""
