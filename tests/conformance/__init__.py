"""Conformance: the system as clients see it that we did not write."""
