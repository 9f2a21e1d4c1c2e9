"""Certificates: which organisation, official, SIM and service holds which digital certificate until when."""
