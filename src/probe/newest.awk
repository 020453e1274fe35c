# Puts before each release what sorts it by its numbers, each of which goes before all letters. No apostrophe may stand here.
{
  k = $0
  o = ""
  while (match(k, /[0-9]+/)) {
    o = o substr(k, 1, RSTART - 1) "~" substr("0000000000000000" substr(k, RSTART, RLENGTH), RLENGTH + 1)
    k = substr(k, RSTART + RLENGTH)
  }
  print o k " " $0
}
