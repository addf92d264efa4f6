"""Bare views on the same server, each with one query written by hand: as fast as it gets.

They answer what the product answers to nobody in particular, byte for byte where the product's
answer is JSON. They check nothing, translate nothing and escape only where a template does; what
they are not told (the signature of a cursor, a parsed search) comes ready-made in the address.
"""
