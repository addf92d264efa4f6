"""The pages of the forums: categories, topics, a topic with its posts."""
