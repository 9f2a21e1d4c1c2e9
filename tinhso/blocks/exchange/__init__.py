"""Exchange: the province's figures in the languages that programs elsewhere speak (SDMX, DHIS2, DCAT, feeds)."""
