"""Projects, runs and recovery copies on disk. Every write is atomic."""
