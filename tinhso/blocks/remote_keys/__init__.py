"""Remote keys: keys that lie in the province's token, at a provider or in a SIM, and what lets them sign."""
