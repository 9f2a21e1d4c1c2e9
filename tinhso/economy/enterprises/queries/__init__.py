"""Every read of enterprises."""
