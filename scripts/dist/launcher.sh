#!/bin/sh
# Runs netprereq with the Node beside it, whatever links lead here: krew starts it through one.
self=$0
case $self in */*) ;; *) self=./$self ;; esac
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in /*) self=$target ;; *) self=${self%/*}/$target ;; esac
done
here=${self%/*}

fail() {
  echo "error: $1" >&2
  exit 2
}

for file in node netprereq.cjs main.cjs help.cjs; do
  [ -s "$here/$file" ] || fail "incomplete installation: $here/$file is missing; install it again"
done
[ -x "$here/node" ] || fail "incomplete installation: $here/node may not be executed; install it again"
# On another system or processor the shell would say that node is not found, or not in a format that it knows.
file=@SYSTEM_FILE@
[ -e "$file" ] || fail "this build needs @NEEDS@, and there is no $file: on Alpine (musl) and elsewhere use npm install -g kubectl-netprereq"

exec "$here/node" "$here/netprereq.cjs" "$@"
