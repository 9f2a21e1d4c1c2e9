"""Reads of community teams."""
