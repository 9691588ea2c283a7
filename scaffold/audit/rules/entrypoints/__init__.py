"""Rules about Poetry scripts and the functions they run."""
