#!/bin/sh
# Makes a virtual environment with Python 3.11 or newer:  virtual-environment.sh FOLDER
#
# $PYTHON names the Python to use; without it the first suitable one on the PATH is taken.
set -eu

folder=$1

suits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

found=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if suits "$candidate"; then
        found=$candidate
        break
    fi
done
if [ -z "$found" ]; then
    have=$("${PYTHON:-python3}" --version 2>&1 || true)
    echo "Keras Builder needs Python 3.11 or newer; found: ${have:-none}." >&2
    echo "Install one, then run:  make PYTHON=/path/to/python3.11" >&2
    exit 1
fi

# Debian and Ubuntu keep the part that makes environments in a package of its own.
if ! "$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    package=$("$found" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing $package"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package"
    else
        echo "This Python cannot make virtual environments. Run:  sudo apt-get install $package" >&2
        exit 1
    fi
fi

"$found" -m venv "$folder"
