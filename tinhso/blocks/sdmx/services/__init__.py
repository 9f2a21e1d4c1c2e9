"""Whole dataflows kept as files, and the note of who took figures."""
