# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# One run at a time changes a node. The lock is a file in the node's /run: its maker's process id, when that process
# started, the boot, the run and since when. Wants boot, run (a word) and now.
#
# It is made under another name and then linked, which fails when it exists (as noclobber does), so that nobody ever
# sees an empty one. A lock whose process is gone is replaced by rename, but only by whoever made the claim on it, a second link
# named after the dead process: of two that find the same dead lock, the slower one would otherwise throw out the faster one.
#
# A maker that is gone may have left children at work: a modprobe that waits, the rest of a step. All that a run starts has its lock
# open, as number 9, so that a lock counts as dead only when nobody has.

# The start time of process $1, in x; fails when there is none, or a zombie. Names may have blanks and brackets.
started() {
  x=$(cat "/proc/$1/stat") || return
  set -- ${x##*) }
  x=${20}
  case $1 in Z | X) return 1 ;; esac
}

# alive PID START BOOT
alive() { [ "$3" = "$boot" ] && [ "$1" ] && started "$1" && [ "$x" = "$2" ]; }

# Whether a process has the file $1 open that its maker's children have.
held() {
  lock_file=$1
  set +f
  set -- /proc/[0-9]*/fd/9
  set -f
  for open_file; do
    # POSIX has -ef since 2024, and dash, busybox and bash have it. A shell without it takes the lock for a dead one.
    # shellcheck disable=SC3013
    [ "$open_file" -ef "$lock_file" ] && return
  done
  return 1
}

# Takes the lock. Returns 1 when a live run has it (holder, since), 2 when there is no place for one (x says why).
lock() {
  resolve /run && L=$P/netprereq.lock && ! [ -d "$L" ] || { x='there is no /run for a lock' && return 2; }
  started $$ || { x='there is no /proc' && return 2; }
  mine=$L.$$-$x tries=0 holder=''
  x=$( { e "netprereq-lock 1 $$ $x $boot $run $now" >"$mine"; } 2>&1) || { complaint "$x" && return 2; }
  exec 9<"$mine"
  while [ $tries -lt 50 ]; do
    tries=$((tries + 1))
    ln "$mine" "$L" && rm -f "$mine" && sweep && return
    dead=$(cat "$L") || continue
    take_over "$dead" && sweep && return
    [ "$holder" ] && break
  done
  rm -f "$mine"
  return 1
}

# Follows the claims on the dead lock $1, each named after the one before, to their end: a live run (holder), or ourselves.
take_over() {
  holder='' last=$1 claim=$L
  while [ $tries -lt 50 ]; do
    tries=$((tries + 1))
    set -- $last
    if alive "$3" "$4" "$5" || { [ "$5" = "$boot" ] && held "$claim"; }; then
      holder=$6 since=$7
      return 1
    fi
    claim=$L.after-$3-$4
    if ln "$mine" "$claim"; then
      # The dead lock may be gone since we read it, and another run's be in its place.
      if [ "$(cat "$L")" = "$dead" ]; then
        mv -f "$mine" "$L"
        return
      fi
      rm -f "$claim"
      return 1
    fi
    last=$(cat "$claim") || return 1
  done
  return 1
}

# Removes what dead runs left beside the lock, and claims of ours, which have done their work.
sweep() {
  set +f
  set -- "$L".*
  set -f
  for f; do
    case $f in
      "$L.after-"*) claimed "$(cat "$f")" ;;
      *)
        id=${f##*.}
        alive "${id%-*}" "${id#*-}" "$boot"
        ;;
    esac || rm -f "$f"
  done
  return 0
}

# Whether the claim with content $1 is another live run's.
claimed() {
  set -- $1
  [ "$3" != $$ ] && alive "$3" "$4" "$5"
}

unlock() { rm -f "$L"; }
