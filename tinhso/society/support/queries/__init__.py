"""Every read of support programmes."""
