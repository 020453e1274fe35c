# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# How the answer leaves the node. Wants out, the file that gets it; without one it goes to stdout as it is.

# The envelope of $1, in E: np1 ENCODING LENGTH CRC PAYLOAD. Where gzip or base64 is missing: one line of ASCII, a tab for each
# end of a line. Where cksum is missing (Debian's static busybox): "-", because gzip brings a checksum of its own.
envelope() {
  unlined "$(e "$1" | gzip -9 | base64)"
  k=gz p=$x
  [ "$p" ] || k=raw p=$(e "$1" | tr '\t\n' ' \t' | tr -c '\t -~' '~')
  x=$(printf %s "$p" | cksum)
  x=${x%% *}
  # Without either it counts as damaged.
  E="np1 $k ${#p} ${x:--} $p"
}

# Delivers $1, lines of words. The kubelet keeps the last 4096 bytes of an answer: what does not fit goes, lines of the kinds
# that follow in their order. "dropped KIND" says so.
deliver() {
  t=$1
  shift
  if [ -z "$out" ]; then
    e "$t${nl}end"
    return
  fi
  envelope "$t${nl}end"
  for kind; do
    [ ${#E} -le 4096 ] && break
    t=$(e "$t" | grep -v "^$kind ")${nl}"dropped $kind"
    envelope "$t${nl}end"
  done
  printf %s "$E" >"$out"
}
