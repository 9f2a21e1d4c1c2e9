"""Attacks: what somebody would try who wants more than they are given."""
