"""SDMX 3.0: structures and observations of the published snapshot."""
