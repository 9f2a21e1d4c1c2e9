"""Requests for signatures: drafting, signing in turn, refusing, numbering, sealing, standing in."""
