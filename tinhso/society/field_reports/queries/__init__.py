"""Every read of field reports. What the public is shown comes from ``public`` alone, where places are made inexact."""
