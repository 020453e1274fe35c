# The types of the file systems that the directories D lie on, from a mountinfo: walked from the top as the kernel does, because a mount
# that came later may hide what is below it. Of an overlay, what is written to. No apostrophe may stand here.
function at(p, c, b, i) {
  for (c = top; ; c = b) {
    b = 0
    for (i in M) if (U[i] == c && i != c && index(p, M[i]) == 1 && (!b || length(M[i]) < length(M[b]))) b = i
    if (!b) return c
  }
}

{
  k = $1
  U[k] = $2
  M[k] = $5
  sub(/\/*$/, "/", M[k])
  sub(/.* - /, "")
  T[k] = $1
  if (match($3, /upperdir=[^,]*/)) O[k] = substr($3, RSTART + 9, RLENGTH - 9) "/"
}

END {
  for (k in M) if (M[k] == "/" && (U[k] == k || !(U[k] in M))) top = k
  if (!top) exit 1
  n = split(D, d)
  for (k = 1; k <= n; k++) {
    c = at(d[k])
    if (c in O) c = at(O[c])
    printf " %s", T[c]
  }
}
