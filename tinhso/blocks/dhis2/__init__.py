"""DHIS2: the province as a DHIS2 server, which programs written for it read from and hand values in to."""
