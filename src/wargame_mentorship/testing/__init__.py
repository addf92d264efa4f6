"""For tests, a host's and ours: factories, fake backends, and contracts that backends keep."""
