"""Units: administrative units and agencies through time, with what each became."""
