"""What programs ask of remote keys: signing from afar (Cloud Signature Consortium), a door of its own."""
