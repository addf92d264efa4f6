"""`/forums`: categories, topics, posts."""
