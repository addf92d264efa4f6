"""The site of forums, what is asked of it, and what was aimed at."""
