"""Digital signatures: people sign PDFs, organisations seal them, and everybody can check what is signed."""
