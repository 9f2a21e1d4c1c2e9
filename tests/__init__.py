"""Tests of the whole: architecture, journeys in a browser, conformance, operation."""
