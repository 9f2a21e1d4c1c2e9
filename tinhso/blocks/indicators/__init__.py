"""Indicators: what is measured, how, and readings that lead back to their records."""
