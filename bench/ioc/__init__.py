"""How quick the indicator engine and the pages of the operations centre are, and what they cost."""
