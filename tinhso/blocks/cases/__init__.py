"""Cases: filed, received, worked on by posts against a deadline, finished and handed out, each step on record."""
