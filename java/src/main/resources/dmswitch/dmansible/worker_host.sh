#!/bin/sh
# The first Python that works; ansible 2.6 and its hosts have anything from 2.6 on. It is started
# again by its own path, since the name may lead to a slow wrapper, such as pyenv's.
for python in /usr/bin/python3 /usr/libexec/platform-python python3 python2 python; do
  if found=$("$python" -c 'import base64, hashlib, io, json, socket, struct, sys; print(sys.executable)' 2>/dev/null); then
    exec "${found:-$python}" - "$1" <<'DM_SWITCH_END'
@PYTHON@
DM_SWITCH_END
  fi
done
echo "no Python 2.6 or later on this host" >&2
exit 69
