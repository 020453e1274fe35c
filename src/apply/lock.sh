# One run at a time changes a node. The lock is a file in the node's /run that a process has open, as number 9, and has locked with
# flock(1): that of whoever runs this, else the node's own, but never that of an image which is changed. All that it starts has it
# open, too: when the last of them is gone, be it a modprobe that waited, the kernel takes the lock away. The file tells who has it:
# process id, run and since when. Wants run (a word) and now.

# Takes the lock. Returns 1 when another run has it (holder, since), 2 when it cannot be taken (x says why).
lock() {
  resolve /run && L=$P/netprereq.lock && ! [ -d "$L" ] || { x='there is no /run for a lock' && return 2; }
  # In an image anybody may have put anything there: a link would be followed, a FIFO waited for.
  if [ -L "$L" ] || { [ -e "$L" ] && ! [ -f "$L" ]; }; then x="$L is not a lock file" && return 2; fi
  [ -e /proc/$$/fd ] || { x='there is no /proc' && return 2; }
  tries=0 holder=''
  x=$( { : >>"$L"; } 2>&1) || { complaint "$x" && return 2; }
  while [ $tries -lt 60 ]; do
    tries=$((tries + 1))
    exec 9>>"$L"
    if command -v flock >/dev/null; then flock -n 9; else find_program flock && ask -n 9; fi
    taken=$?
    [ $taken -le 1 ] || { x="the lock could not be taken: flock failed with $taken" && return 2; }
    # Whoever had it may have removed the file since it was opened here. All shells of today have -ef, and POSIX since 2024.
    [ "/proc/$$/fd/9" -ef "$L" ] || continue
    [ $taken = 0 ] && e "netprereq-lock 1 $$ $run $now" >"$L" && return
    rd "$L"
    set -- $x
    holder=$4 since=$5
    # It may be about to end, or be dead, and what it has started about to end.
    [ "$holder" ] && tries=$((tries + 20)) && sleep 1
  done
  return 1
}

unlock() { rm -f "$L"; }
