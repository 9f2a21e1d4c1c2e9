"""Making and judging signatures: PDFs and XML are signed with a given key, and everybody can check what is signed."""
