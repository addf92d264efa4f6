"""Help and mentorship for a hobby site: one installable Django app for a host Wagtail site."""

__version__ = "0.1.0"
