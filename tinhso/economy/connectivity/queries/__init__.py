"""Every read of connectivity."""
