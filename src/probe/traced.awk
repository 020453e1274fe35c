# Which units run a script that matches, and which scripts these are. Input: what units name and, behind a line "--", what scripts name:
# the file, the path as it stands there, the file that it is. H: the files that match, one a line. Output: unit:NAME, and paths of
# scripts, each once. No apostrophe may stand here.
BEGIN {
  count = split(H, files, "\n")
  for (i = 1; i <= count; i++) hit[files[i]]
}

$0 == "--" { scripts = 1; next }

scripts && ($3 in hit) {
  outer[$1]
  say($2)
}

!scripts { by[++lines] = $0 }

END {
  for (i = 1; i <= lines; i++) {
    split(by[i], part, "\t")
    if (!(part[3] in hit) && !(part[3] in outer)) continue
    say(part[2])
    unit = part[1]
    sub(/[.]d\/[^\/]*$/, "", unit)
    sub(/.*\//, "", unit)
    say("unit:" unit)
  }
}

function say(word) { if (!(word in said)) { said[word]; print word } }
