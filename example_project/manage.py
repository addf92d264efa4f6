#!/usr/bin/env python
"""The example site: `.venv/bin/python example_project/manage.py …` from the repo's root."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
