"""Reporting: statistical returns that units and agencies hand in, check, approve and publish."""
