"""Every read of reporting: data sets, returns, checks, the working calendar, files and facts."""
