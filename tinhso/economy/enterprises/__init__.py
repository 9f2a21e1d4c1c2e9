"""Enterprises: firms and household businesses, which digital tools they use, and what they say of themselves."""
