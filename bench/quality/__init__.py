"""Faults put into a copy of the demo's published values, and how many of them each test of data quality finds."""
