"""Make the example site, if it is not there, and serve it on this machine."""

from __future__ import annotations

import shutil
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import waitress  # type: ignore[import-untyped]  # it brings no types
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from demo.loading import load_demo
from people.views import ACCOUNTS

HOST = "127.0.0.1"
THREADS = 8


class Command(BaseCommand):
    help = "Migrate, load the demo content once, and serve the example site in the foreground."
    # Before the first migration there is nothing to check against.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help="Throw away what is there first.")
        parser.add_argument("--no-serve", action="store_true", help="Only make the site.")

    def handle(self, *args: Any, port: int, reset: bool, no_serve: bool, **options: Any) -> None:
        if not hasattr(settings, "DEMO_PASSWORD"):
            raise CommandError("Run this with DJANGO_SETTINGS_MODULE=settings.demo.")
        if not 0 < port < 65536:
            raise CommandError("--port takes a number from 1 to 65535.")
        server = None if no_serve else self._bind(port)
        # What the links in e-mails begin with.
        settings.WARGAME_MENTORSHIP["BASE_URL"] = f"http://{HOST}:{port}"
        began = time.monotonic()
        settings.VAR.mkdir(parents=True, exist_ok=True)
        if reset:
            self._reset()
        if not self._database().exists():
            self.stdout.write("Making the club. This takes up to a minute, once.")
        call_command("migrate", verbosity=0)
        load_demo(say=self.stdout.write)
        self.stdout.write(f"Ready after {time.monotonic() - began:.0f} s.")
        connection.close()
        if server is not None:
            self._say_hello(port)
            try:
                server.run()
            finally:
                self.stdout.write("The club is closed. What you changed is kept.")

    def _bind(self, port: int) -> Any:
        """Take the port first: nobody should wait for the content to hear that it is taken."""
        from django.core.wsgi import get_wsgi_application

        try:
            return waitress.create_server(
                get_wsgi_application(),
                host=HOST,
                port=port,
                threads=THREADS,
                ident="",
                max_request_body_size=100 * 2**20,
            )
        except OSError as error:
            raise CommandError(f"Port {port} is not free: {error.strerror}.") from error

    def _reset(self) -> None:
        connection.close()
        database = self._database()
        for suffix in ("", "-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        for folder in (
            settings.MEDIA_ROOT,
            settings.VAR / "wargame_mentorship_photos",
            settings.EMAIL_FILE_PATH,
        ):
            shutil.rmtree(folder, ignore_errors=True)

    def _database(self) -> Path:
        return Path(str(settings.DATABASES["default"]["NAME"]))

    def _say_hello(self, port: int) -> None:
        self.stdout.write("")
        self.stdout.write(self.style.SUCCESS(f"  The Painting Desk is at http://{HOST}:{port}/"))
        self.stdout.write(f"  The API's documentation is at http://{HOST}:{port}/api/docs")
        self.stdout.write(f"  The Wagtail admin is at http://{HOST}:{port}/admin/")
        self.stdout.write(f"  E-mails are files in {settings.EMAIL_FILE_PATH}")
        self.stdout.write("")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:8} {account.what}")
        self.stdout.write(f"  Everybody's password is: {settings.DEMO_PASSWORD}")
        self.stdout.write("  Stop with Ctrl+C.")
        self.stdout.flush()
