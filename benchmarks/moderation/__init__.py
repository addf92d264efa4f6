"""The site with much to decide, what is asked of it by a moderator, and what was aimed at."""
