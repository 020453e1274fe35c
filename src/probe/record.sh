# How what was read becomes records.

# The word that stands for $1, in E. Interface names, file names and link targets may have any bytes but / and NUL.
esc() {
  E=$1
  case $1 in '' | *[!-A-Za-z0-9._/@:+]*) E=$(printf %s "$1" | od -An -v -tx1 | tr -s ' \n' '%%') ;; esac
  [ "$E" ] && [ ${#E} -le 1024 ] || E=%3f
}

# scan RECORD PATTERN FILE: what matches, as one record. No record when the file cannot be read.
scan() {
  matches "$2" "$3" || return
  set -f
  e $1 $x
  set +f
}

# matches PATTERN FILE: what matches, in x.
matches() {
  [ -f "$2" ] && [ -r "$2" ] || return
  x=$(grep -oE -m $most "$1" "$2")
  [ $? -lt 2 ]
}
