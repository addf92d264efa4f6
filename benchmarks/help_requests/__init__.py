"""The site of help requests, what is asked of it, and what was aimed at."""
