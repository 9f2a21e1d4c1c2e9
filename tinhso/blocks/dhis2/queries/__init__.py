"""The province as a DHIS2 server describes itself: units, indicators, forms, values, analytics."""
