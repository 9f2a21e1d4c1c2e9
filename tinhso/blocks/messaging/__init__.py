"""Messaging: in-app messages, e-mail, and live updates of open pages."""
