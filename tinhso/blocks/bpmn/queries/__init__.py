"""Every read of drawings: what a file says, whether it can be run, where an instance stands, how it looks."""
