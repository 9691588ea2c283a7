"""Rules on Poetry scripts and the functions they run."""
