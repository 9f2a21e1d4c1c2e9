"""Every read of registers."""
