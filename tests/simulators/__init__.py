"""Programs that stand in for outside services, in tests and demonstrations; each says that it is a simulator."""
