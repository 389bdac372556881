#!/bin/sh
# npm with the system's Node when it is new enough, else with the one that comes as a Python package.
set -eu
new_enough='const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'

if command -v node >/dev/null && command -v npm >/dev/null && node -e "$new_enough" 2>/dev/null; then
  exec npm "$@"
fi
if [ ! -x .venv/bin/npm ]; then
  echo 'No Node 20.19 or newer here: taking the one packaged for Python.'
  .venv/bin/python -m pip install --quiet --require-hashes -r requirements/node.txt
fi
# It brings its own certificates; a network with a certificate of its own is known to the system only.
PATH="$PWD/.venv/bin:$PATH" NODE_USE_SYSTEM_CA="${NODE_USE_SYSTEM_CA:-1}" exec .venv/bin/npm "$@"
