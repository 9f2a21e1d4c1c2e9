"""What is open: data sets of public figures, records of apps, their catalogue, and what changed."""
