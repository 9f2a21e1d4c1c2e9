"""SDMX: the published figures as statistical offices read them (SDMX-REST 2, SDMX 3.0)."""
