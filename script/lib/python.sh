# Sourced by the commands: sets PYTHON to one that Odoo 19 runs on and that can make
# virtual environments, and `lib` to this folder.
root=$(cd "$(dirname "$0")/.." && pwd)
lib=$root/script/lib
for candidate in "${PYTHON:-python3}" python3.12 python3.11 python3.13 python3.10 \
    /usr/bin/python3; do
    if "$candidate" -c 'import ensurepip, sys, venv
sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null; then
        PYTHON=$candidate
        export PYTHON
        return 0
    fi
done
echo "This needs Python 3.10 to 3.13 with its venv module." \
    "On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
exit 1
