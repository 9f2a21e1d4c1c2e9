"""Every read of digital infrastructure."""
