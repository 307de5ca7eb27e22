#!/bin/sh
# Sees to the libraries of the system that Qt needs, on Linux.
#
#   system-libraries.sh PYTHON           what the window needs
#   system-libraries.sh PYTHON tests     and what the tests of the real window need (Xvfb, xdotool)
#
# What is there is left alone. What is missing is installed when this is root on Debian or Ubuntu;
# otherwise the command that installs it is printed, and this ends with 1.
set -eu

python=$1
purpose=${2:-window}

[ "$(uname -s)" = Linux ] || exit 0

# Each line: a library as the loader knows it, and the Debian package that holds it.
libraries=$(dirname "$0")/../resources/qt-libraries.txt

missing_libraries=$(
    "$python" -c '
import ctypes, sys

packages = []
for line in sys.stdin:
    library, package = line.split()
    try:
        ctypes.CDLL(library)
    except OSError:
        packages.append(package)
print(*packages)
' <"$libraries"
)

missing_programs=
if [ "$purpose" = tests ]; then
    for pair in Xvfb:xvfb xauth:xauth xdotool:xdotool; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || missing_programs="$missing_programs ${pair##*:}"
    done
fi

packages=$(echo $missing_libraries $missing_programs)
[ -n "$packages" ] || exit 0

if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        echo "Installing libraries that Qt needs: $packages"
        apt-get update -qq
        # shellcheck disable=SC2086 # one word for each package
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages
        exit 0
    fi
    how="run:  sudo apt-get install --no-install-recommends $packages"
else
    how="install what your system calls these Debian packages:  $packages"
fi

if [ -n "$missing_libraries" ]; then
    echo "Qt needs libraries that this system lacks. To go on, $how" >&2
    exit 1
fi
echo "Tests that need a display will be skipped. To run them too, $how" >&2
