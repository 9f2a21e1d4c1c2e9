"""Shared blocks that every system stands on; lower ones never know higher ones."""
