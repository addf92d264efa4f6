"""The pages of help requests, a module per thing that people do there."""
