# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# The answer and its envelope.

# The text's end, which says what is missing.
finish() {
  [ "$gone" ] && e "n dropped$gone" && e n log
  e n end
}

# The envelope of $1, in E: np1 ENCODING LENGTH CRC PAYLOAD. Where gzip or base64 is missing: one line of ASCII, a tab for each
# end of a line. Where cksum is missing (Debian's static busybox): "-", because gzip brings a checksum of its own.
pack() {
  k=gz p=$({ e "$1" && finish; } | gzip -9 | base64 | tr -d '\n')
  [ "$p" ] || k=raw p=$({ e "$1" && finish; } | tr '\t\n' ' \t' | tr -c '\t -~' '~')
  x=$(printf %s "$p" | cksum)
  x=${x%% *}
  E="np1 $k ${#p} ${x:--} $p"
}

# The kubelet keeps the last 4096 bytes of an answer. What does not fit is left out, the least needed first; the log gets it all.
deliver() {
  t=$(text) gone=
  pack "$t"
  all=$E
  for c in s u m p a i c o k b; do
    [ ${#E} -le 4096 ] && break
    gone="$gone $c"
    t=$(e "$t" | grep -v "^$c ")
    pack "$t"
  done
  printf %s "$E" >"$out"
  [ "$gone" ] && e "$all"
}
