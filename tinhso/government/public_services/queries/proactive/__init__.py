"""Reads of proactive services: rules, who is concerned, what was offered, what it counts up to."""
