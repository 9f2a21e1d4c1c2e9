"""Payments: orders for fees and taxes, what came in for them by any way, and the daily proof of it."""
