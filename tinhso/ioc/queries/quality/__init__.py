"""Reads of data quality: limits, tests over published values, problems in words, counts for boards."""
