"""Every read of alerts: what a province wants to hear of, what holds now, who has it in hand."""
