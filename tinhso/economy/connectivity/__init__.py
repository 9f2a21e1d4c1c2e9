"""Connectivity: telecom operators, base stations, post offices, and where something is missing."""
