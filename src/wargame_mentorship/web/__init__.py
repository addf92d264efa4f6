"""The pages, in the host's base template: one module per room, translation and nothing else.

They work without JavaScript, write nothing into the session, and call the services that the API
and the Wagtail admin call.
"""
