"""Requests for signatures: who signs what, in which order, until the document is numbered, sealed and issued."""
