#!/bin/sh
# The first Python that works; ansible 2.6 and its hosts have anything from 2.6 on. The name alone
# may lead to a slow wrapper, such as pyenv's.
for python in /usr/bin/python3 /usr/libexec/platform-python python3 python2 python; do
  if "$python" -c 'import base64, hashlib, io, json, socket, struct' >/dev/null 2>&1; then
    exec "$python" - "$1" <<'DM_SWITCH_END'
@PYTHON@
DM_SWITCH_END
  fi
done
echo "no Python 2.6 or later on this host" >&2
exit 69
