"""One module for each standard that programs elsewhere speak."""
