"""`/help`: help requests and their responses; shapes in `shapes`, endpoints in `views`."""
