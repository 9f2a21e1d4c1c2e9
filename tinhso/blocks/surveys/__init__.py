"""Surveys: forms that a province draws as a workbook (XLSForm) and people fill in outdoors, often without a network."""
