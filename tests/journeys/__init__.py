"""Journeys in a browser: what people do from beginning to end, in the tiny province of the tests."""
