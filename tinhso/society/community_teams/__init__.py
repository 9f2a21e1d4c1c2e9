"""Community digital teams: founded by decision, staffed, trained; what they do and hear at people's doors is kept."""
