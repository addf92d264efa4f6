"""Errands that need more than one room."""
