"""Every read of dossiers."""
