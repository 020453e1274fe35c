# Sorts sysctls by what was read of them. Input: paths of single ones; "+ PATTERN", or "! PATTERN" where the interfaces cannot be listed,
# each followed by the paths that match; an empty line; then lines PATH:VALUE of what was read. Output: for each single path its record,
# or "u PATH" where nothing was read. For each pattern "n g PATTERN", how many interfaces match, and of how many nothing was read; then for
# each value a line = with the value, and "gv PATTERN", the number of interfaces that have it and the first of their names. A path has no
# colon and no blank. No apostrophe may stand here.
!reading && $0 == "" {
  reading = 1
  next
}

!reading && /^[+!] / {
  pattern[++patterns] = $2
  if ($1 == "!") closed[patterns]
  next
}

!reading {
  split($0, part, "/")
  # These are no interfaces: what new ones begin with, and what counts for each along with its own.
  if (patterns && (part[4] == "all" || part[4] == "default")) next
  path[patterns + 0, ++count[patterns + 0]] = $0
  next
}

{
  at = index($0, ":")
  p = substr($0, 1, at - 1)
  if (!(p in value)) value[p] = substr($0, at + 1)
}

function show(i, j, p, v, unread, values, shown, times, names, part) {
  for (j = 1; j <= count[i]; j++) {
    p = path[i, j]
    if (!(p in value)) unread++
    else if ((v = value[p]) in times || values < 8) {
      if (!(v in times)) shown[++values] = v
      split(p, part, "/")
      if (++times[v] <= 16) names[v] = names[v] " " part[4]
    }
  }
  print "n g " pattern[i], count[i] + 0, unread + 0
  for (j = 1; j <= values; j++) print "=" shown[j] "\ngv " pattern[i], times[shown[j]] names[shown[j]]
}

END {
  for (i = 1; i <= count[0]; i++)
    if ((p = path[0, i]) in value) print "n v " p " =" value[p]
    else print "u " p
  for (i = 1; i <= patterns; i++)
    if (i in closed) print "n g " pattern[i], "!"
    else show(i)
}
