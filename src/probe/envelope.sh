# The envelope of $1, in E: np1 ENCODING LENGTH CRC PAYLOAD. Where gzip or base64 is missing: one line of ASCII, a tab for each
# end of a line. Where cksum is missing (Debian's static busybox): "-", because gzip brings a checksum of its own.
envelope() {
  k=gz p=$(e "$1" | gzip -9 | base64 | tr -d '\n')
  [ "$p" ] || k=raw p=$(e "$1" | tr '\t\n' ' \t' | tr -c '\t -~' '~')
  x=$(printf %s "$p" | cksum)
  x=${x%% *}
  # Without either it counts as damaged.
  E="np1 $k ${#p} ${x:--} $p"
}
