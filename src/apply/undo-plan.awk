# What undo restores, told from the journal and from how the node is now. Which question is answered says the variable ask:
#
#   files      PATH BEFORE WRITTEN EDITED   all files: what to restore, what we wrote last, 1 when somebody else has edited it since
#   wrong      PATH                         files that are not what they were before the first fix
#   dirs       PATH                         directories that we made, the last one first
#   modules    PATH                         modules that we loaded
#   past       PATH                         values that were written in another boot
#   values     PATH                         values that were written in this boot
#   plan       target PATH VALUE ours|other value|side, or: missing PATH
#              what this boot's values are to become: what was written last comes first (accept_ra goes back only after forwarding, or
#              the default route is lost), then all that may change along with them, because restoring a value changes it again
#   targets    PATH VALUE ours|other        the values of such a plan that the journal holds
#   different  PATH VALUE ours|other value|side
#              all of that plan that is not what it is to become, or was not read
#
# Input: the journal, lines "now PATH VALUE" of what there is, and "eof". The answer's last line is "end": without one of the two
# something has been cut off. The variable boot is this boot's id. No apostrophe may stand here: the program becomes a word of a
# shell script.

# The story of a path is what is known of it: what stood there before, what was written there, what the kernel put there along with
# that. A value that is not of the story is somebody else's, and with what it holds then the story begins anew.
function known(path, value) {
  return (path, story[path], value) in told
}

function tell(path, value) {
  told[path, story[path], value]
}

function found(path, value) {
  if (!(path in story)) {
    paths[++count] = path
    first[path] = base[path] = value
    story[path] = 1
  } else if (!known(path, value) && !(path in open)) {
    base[path] = value
    story[path]++
  }
  tell(path, value)
}

function wrote(path, value) {
  tell(path, value)
  last[path] = value
}

# What is open may have been changed by the kernel without anybody having seen it: the run was killed before it looked.
function ours(path) {
  return (path in open) || known(path, now[path])
}

function edited(path) {
  return now[path] != first[path] && (story[path] > 1 || !known(path, now[path]))
}

function once(path) {
  if (path in listed) return
  listed[path]
  list[++listing] = path
}

function target(path, kind) {
  if (!(path in now)) print "missing", path
  else if (now[path] != "-") print "target", path, ours(path) ? base[path] : now[path], ours(path) ? "ours" : "other", kind
}

$1 == "now" { now[$2] = $3 }
$1 == "eof" { whole = 1 }

ask == "dirs" && $1 == "dir" { once($5) }
ask == "modules" && $1 == "module" { once($5) }
ask == "past" && $1 == "value" && $4 != boot { once($5) }
ask == "values" && $1 == "value" && $4 == boot { once($5) }

(ask == "files" || ask == "wrong") && $1 == "file" {
  found($5, $6)
  wrote($5, $7)
}

ask == "targets" && $1 == "target" && $4 == boot && $8 == "value" { list[++listing] = $5 " " $6 " " $7 }

ask == "different" && $1 == "target" && $4 == boot {
  paths[++count] = $5
  aim[$5] = $6
  about[$5] = $7 " " $8
}

ask != "plan" || $4 != boot { next }

$1 == "value" {
  found($5, $6)
  wrote($5, $7)
  written[$5]
  writer = $2 " " $5
}
$1 == "side" {
  found($5, $6)
  open[$5] = writer
}
$1 == "caused" { wrote($5, $7) }
# Sides that a run left open which was killed before it looked at them stay so, whatever later runs settle.
$1 == "settled" {
  for (path in open) if (open[path] == $2 " " $5) delete open[path]
}

END {
  if (!whole) exit 1
  for (i = 1; i <= count; i++) {
    path = paths[i]
    if (ask == "files") print path, first[path], last[path], edited(path) + 0
    if (ask == "different" && (!(path in now) || (now[path] != "-" && now[path] != aim[path]))) print path, aim[path], about[path]
    if (ask == "wrong" && now[path] != first[path]) print path
  }
  if (ask == "plan") {
    for (i = count; i; i--) if (paths[i] in written) target(paths[i], "value")
    for (i = 1; i <= count; i++) if (!(paths[i] in written)) target(paths[i], "side")
  }
  if (ask == "dirs") for (i = listing; i; i--) print list[i]
  else for (i = 1; i <= listing; i++) print list[i]
  print "end"
}
