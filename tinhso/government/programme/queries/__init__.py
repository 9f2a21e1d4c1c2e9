"""Every read of the steering programme."""
