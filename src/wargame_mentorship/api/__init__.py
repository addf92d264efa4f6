"""The HTTP API: translation between requests and services, and nothing else."""
