# The text's end, which says what is missing.
finish() {
  [ "$gone" ] && e "n dropped$gone" && e n log
  e n end
}

# The kubelet keeps the last 4096 bytes of an answer. What does not fit is left out, the least needed first; the log gets it all.
deliver() {
  t=$(text) gone=
  envelope "$t$nl$(finish)"
  all=$E
  for c in w f s u m p a i c o k b j; do
    [ ${#E} -le 4096 ] && break
    case $t in *"$nl$c "*) ;; *) continue ;; esac
    gone="$gone $c"
    t=$(e "$t" | grep -v "^$c ")
    envelope "$t$nl$(finish)"
  done
  printf %s "$E" >"$out"
  [ "$gone" ] && e "$all"
}
