"""Certificates in two times, requests with their batches, files that wait or were taken in, reminders."""

from tinhso.government.certificates.models.register import Certificate, Reminder, Version
from tinhso.government.certificates.models.requests import Batch, Entry, Paper, Request
from tinhso.government.certificates.models.runs import Run

__all__ = ["Batch", "Certificate", "Entry", "Paper", "Reminder", "Request", "Run", "Version"]
