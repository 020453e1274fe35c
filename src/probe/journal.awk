# The journal, each line behind "j j", and what it names: file, dir or value, and its path. The last line is "end", unless the journal
# has no end of its own ("eof"), or is longer than is read.
$0 == "eof" { whole = 1 }
NF && !whole {
  print "j j " $0
  size += length($0) + 1
}
$1 ~ /^(file|dir|value)$/ && !(($1, $5) in told) {
  told[$1, $5]
  print $1, $5
}
END { if (whole && size > 0 && size <= 262144) print "end" }
