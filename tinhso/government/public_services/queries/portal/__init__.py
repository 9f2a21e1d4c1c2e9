"""Reads of what is told to the national portal and of what it tells."""
