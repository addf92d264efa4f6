# What .ci/run and .ci/nightly share. Sourced, from the root of the clone.
# shellcheck shell=bash

export CI=true LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1
# Colours and progress bars make a log hard to read.
export NO_COLOR=1 PIP_PROGRESS_BAR=off UV_NO_PROGRESS=1
# An interpreter that this machine lacks is not to be fetched behind its back.
export UV_PYTHON_DOWNLOADS=never

PLAIN_PATH=$PATH
# Like pip, uv is to trust whom the machine trusts.
export UV_SYSTEM_CERTS=true

# What every database and version is asked; `make test` asks the rest of SQLite, the night of the
# database servers.
EVERYWHERE="not browser and not once and not broad"
ON_SERVERS="$EVERYWHERE and not pages"

VENV=.ci-venv
PY=$PWD/$VENV/bin/python
SCRATCH=$(mktemp -d)
CURRENT=start
STARTED=$SECONDS

finish() {
    local status=$?
    rm -rf "$SCRATCH"
    if ((status)); then
        printf '\n==== FAILED in "%s", after %d s (exit code %d)\n' "$CURRENT" "$SECONDS" "$status"
    fi
    exit "$status"
}
trap finish EXIT

section() {
    if [[ $CURRENT != start ]]; then
        printf -- '---- %s: %d s\n' "$CURRENT" "$((SECONDS - STARTED))"
    fi
    CURRENT=$1
    STARTED=$SECONDS
    printf '\n==== %s\n' "$1"
}

have() { command -v "$1" >/dev/null 2>&1; }

# have_python 3.13: whether python3.13 really starts; version managers leave names that do not.
have_python() { "python$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# pyenv shows only the versions that somebody has chosen; show the others too.
show_all_pythons() {
    have pyenv || return 0
    local version full
    mkdir "$SCRATCH/pythons"
    for version in 3.11 3.12 3.13 3.14; do
        have_python "$version" && continue
        full=$(pyenv versions --bare | grep -E "^${version//./\\.}\.[0-9]+\$" | tail -n 1) || continue
        # Not a link: an interpreter remembers by what name it was called.
        printf '#!/bin/sh\nexec "%s/bin/python%s" "$@"\n' "$(pyenv prefix "$full")" "$version" \
            >"$SCRATCH/pythons/python$version"
        chmod +x "$SCRATCH/pythons/python$version"
    done
    export PATH=$SCRATCH/pythons:$PATH
}

# The first of the given versions that is here.
first_python() {
    local version
    for version in "$@"; do
        if have_python "$version"; then
            echo "$version"
            return
        fi
    done
    return 1
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

wait_for() {
    local name=$1 port=$2 _
    for _ in $(seq 60); do
        answers "$port" && return
        sleep 1
    done
    echo "$name does not answer on port $port." >&2
    return 1
}

install_missing_packages() {
    local missing=()
    have chromium || missing+=(chromium)
    have msgfmt || missing+=(gettext)
    have npm || missing+=(nodejs npm)
    have gcc || missing+=(gcc libc6-dev)
    have pkg-config || missing+=(pkg-config)
    pkg-config --exists libmariadb 2>/dev/null || missing+=(libmariadb-dev)
    answers 5432 || have pg_ctlcluster || missing+=(postgresql)
    answers 3306 || have mariadbd || [[ -x /usr/sbin/mariadbd ]] || missing+=(mariadb-server)
    have psql || missing+=(postgresql-client)
    have mariadb || missing+=(mariadb-client)
    python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
    # mysqlclient is compiled against the headers of the interpreter.
    python3 -c 'import os, sysconfig as s; open(os.path.join(s.get_path("include"), "Python.h"))' \
        2>/dev/null || missing+=(python3-dev)
    if ((${#missing[@]} == 0)); then
        echo "Nothing is missing."
        return
    fi
    echo "Installing ${missing[*]}"
    if ((EUID)); then
        echo "This needs root. Install them yourself: apt-get install ${missing[*]}" >&2
        return 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$SCRATCH/apt.log" 2>&1 || {
        tail -n 40 "$SCRATCH/apt.log"
        return 1
    }
}

# Run something as the owner of a database server.
as_user() { if ((EUID)); then sudo -n -u "$1" -- "${@:2}"; else runuser -u "$1" -- "${@:2}"; fi; }

start_databases() {
    if answers 5432; then
        echo "PostgreSQL answers already."
    else
        local version cluster
        read -r version cluster _ < <(pg_lsclusters --no-header)
        pg_ctlcluster --skip-systemctl-redirect "$version" "$cluster" start
        wait_for PostgreSQL 5432
    fi
    if answers 3306; then
        echo "MariaDB answers already."
    else
        install -d -o mysql -g mysql /run/mysqld
        start-stop-daemon --start --oknodo --background --exec /usr/sbin/mariadbd -- --user=mysql
        wait_for MariaDB 3306
    fi
    make_accounts
}

# Use the accounts that let us in without a password, or make our own with one of today.
make_accounts() {
    local password
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    if psql -h 127.0.0.1 -U postgres -w -d postgres -c 'select 1' >/dev/null 2>&1; then
        POSTGRES=(WM_DB_USER=postgres WM_DB_PASSWORD=)
    else
        as_user postgres psql -q -d postgres <<SQL
DROP ROLE IF EXISTS wm_ci;
CREATE ROLE wm_ci LOGIN SUPERUSER PASSWORD '$password';
SQL
        POSTGRES=(WM_DB_USER=wm_ci WM_DB_PASSWORD="$password")
    fi
    if mariadb -h 127.0.0.1 -u root -e 'select 1' >/dev/null 2>&1; then
        MARIADB=(WM_DB_USER=root WM_DB_PASSWORD=)
    else
        mariadb <<SQL
CREATE OR REPLACE USER 'wm_ci'@'localhost' IDENTIFIED BY '$password';
CREATE OR REPLACE USER 'wm_ci'@'127.0.0.1' IDENTIFIED BY '$password';
GRANT ALL ON *.* TO 'wm_ci'@'localhost', 'wm_ci'@'127.0.0.1';
SQL
        MARIADB=(WM_DB_USER=wm_ci WM_DB_PASSWORD="$password")
    fi
    psql --version
    mariadb --version
}

# The environment of the checks: the newest Python, the locked tools, both database drivers.
make_environment() {
    make --no-print-directory VENV="$VENV" PYTHON="python$NEWEST" "$VENV/dev.stamp"
    # A driver needs the headers of the interpreter that it is for.
    "$VENV/bin/uv" pip install -q -p "$PY" --require-hashes -r requirements/databases.txt
    "$PY" -c 'import django, sys, wagtail; print("Python", sys.version.split()[0],
        "Django", django.__version__, "Wagtail", wagtail.__version__)'
}

# is_committed '*.mo': what differs, or was never committed, is named. Without `tee /dev/stderr`, which
# opens a log anew and empties it.
is_committed() {
    local different
    different=$(git status --porcelain -- "$@")
    [[ -z $different ]] || {
        echo "$different" >&2
        return 1
    }
}

in_environment() { make --no-print-directory VENV="$VENV" "$@"; }

# suite postgres tests.settings.example "not browser and not once" [pytest's arguments]
suite() {
    local database=$1 host=$2 chosen=$3 accounts=()
    shift 3
    case $database in
    postgres) accounts=("${POSTGRES[@]}") ;;
    mariadb) accounts=("${MARIADB[@]}") ;;
    esac
    env WM_DB="$database" WM_DB_NAME=wm_ci DJANGO_SETTINGS_MODULE="$host" "${accounts[@]}" \
        "$PY" -m pytest -q -m "$chosen" "$@"
}

# The newest Django of the matrix asks for Python 3.12 or newer; where a machine has none, uv may
# still get one. `tox` finds it then.
need_newest_python() {
    if [[ $NEWEST == 3.11 ]]; then
        echo "Only Python $NEWEST is here, and Django 6.1 needs 3.12: trying to get 3.13."
        UV_PYTHON_DOWNLOADS=automatic "$VENV/bin/uv" python install -q 3.13
        NEWEST=3.13
    fi
}

# corner "not browser" py311-dj52-wt74 [tests/web…]: which tests on which pair. An interpreter that
# is missing is a failure.
corner() {
    local chosen=$1 pair=$2
    shift 2
    echo "Corner $pair"
    "$VENV/bin/tox" run -q --skip-missing-interpreters false -e "$pair" -- -q -n 2 -m "$chosen" "$@"
}

# fuzz_on_server postgres "${POSTGRES[@]}" [arguments]: in a database of its own, made anew.
fuzz_on_server() {
    local environment=(WM_DB="$1" "$2" "$3" WM_DB_NAME=wm_fuzz)
    shift 3
    env "${environment[@]}" PYTHONPATH=.:example_project "$PY" - <<'PYTHON'
from pathlib import Path

from tests.settings.databases import from_environment

database = from_environment(Path())["default"]
host, user, password, name = (database[key] for key in ("HOST", "USER", "PASSWORD", "NAME"))
if database["ENGINE"].endswith("postgresql"):
    import psycopg

    with psycopg.connect(
        host=host, user=user, password=password, dbname="postgres", autocommit=True
    ) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
else:
    import MySQLdb

    server = MySQLdb.connect(host=host, user=user, password=password)
    server.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
    server.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
PYTHON
    env "${environment[@]}" "$PY" tests/fuzz/run_schemathesis.py "$@"
}

# What every run begins with.
prepare() {
    section "What the machine lacks"
    install_missing_packages
    show_all_pythons
    OLDEST=$(first_python 3.11 3.12 3.13)
    NEWEST=$(first_python 3.13 3.12 3.11)
    section "Environment of the checks, Python $NEWEST"
    make_environment
    section "Database servers"
    start_databases
}
