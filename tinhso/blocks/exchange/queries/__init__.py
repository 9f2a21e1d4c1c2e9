"""Every read of the exchange: published readings in the shape of each standard."""
