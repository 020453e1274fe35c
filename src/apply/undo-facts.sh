# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
#
# What undo.sh and undo-look.sh find before anything is changed: what the journal tells, how the node is now, and what undo-plan.awk
# makes of the two. Wants edited, which is empty, and what request.sh and journal.sh leave.

# ask QUESTION [LINES]: what undo-plan.awk answers, given LINES of what there is now, in x.
ask() {
  x=$( { e "$records" && e "$2" && e eof; } | awk -v ask="$1" -v boot="$boot" "$undo_plan") || { x='awk failed' && return 1; }
  case $nl$x in
    *"${nl}end") x=${x%end} ;;
    *) x='awk was cut off' && return 1 ;;
  esac
}

# every FUNCTION LINES: calls it for each line, with its words.
every() {
  act=$1
  IFS=$nl
  set -- $2
  unset IFS
  for line; do $act $line; done
}

# item KIND PATH STATUS [BEFORE AFTER DETAIL]
item() {
  word "$6"
  answers="$answers${nl}item $1 $2 $3 ${4:--} ${5:--} =$E"
  case $3 in failed) bad="$bad $1:$2 " ;; esac
}

# --- files ---

# Where our file, the word $1, is: in P, its content in x.
look_at_file() {
  unword "$1"
  resolve "${x%/*}"
  case $? in 2) x='?' && return 2 ;; esac
  P=$P/${x##*/}
  content "$P"
}

# as_before PATH BEFORE: whether a file is as it was before the first fix, which it tells. If not, before and after are what an item
# says of it, and P is where it is.
as_before() {
  after=earlier before=present
  [ "$2" != - ] || after=absent
  look_at_file $1
  # A directory that is gone took the file along.
  [ "$x" = "$2" ] && item file $1 unchanged $after $after && return
  [ "$x" != - ] || before=absent
  return 1
}

# Asks of each file of the journal how it is now, for undo-plan.awk: lines in current.
files_now() {
  current=''
  for at in $file_paths; do
    look_at_file $at
    current="$current${nl}now $at $x"
  done
}

# --- values ---

# The values of now, for undo-plan.awk: lines in current. There are two sides for each interface, and of those there may be hundreds:
# not one by one. What cannot be read is not told.
values_now() {
  current='' families=' '
  for at in $value_paths; do
    unword "$at"
    path=$x
    family "$path"
    case $families in *" $x "*) ;; *) families="$families$x " ;; esac
    sysctl_value "$path" && word "$x" && current="$current${nl}now $at $E"
  done
  for kin in $families; do
    x=$(sides $kin) && prefixed 'now ' "$x" && current=$current$x
  done
}

# Whether the journal has the targets of an undo that this boot has begun.
undo_begun() {
  case $records$nl in *"${nl}undo "*" $boot$nl"*) return ;; esac
  return 1
}

# What the values are to become, in plan: the answer to that question. On failure x says why.
make_plan() {
  values_now
  ask plan "$current" || return
  plan=$x unread=''
  every find_unread "$plan"
  [ -z "$unread" ] || { x="$unread cannot be read, so that it cannot be told what to restore" && return 1; }
}

# An interface that is gone took its values along.
find_unread() {
  [ $1 = missing ] || return
  unword "$2"
  [ ! -e "/proc/sys/$x" ] || unread=/proc/sys/$x
}

# A module that was loaded stays: what uses it by now cannot be known. What other boots' runs did to the kernel is past, unless the
# files brought it back.
mention_module() { item module $1 left - - 'it stays loaded until the next boot'; }
mention_past() { item value $1 next-boot - - 'the node has been rebooted since: takes effect at the next boot'; }

# --- the whole ---

# All that the journal tells, before anything is changed.
consult() {
  ask files || return
  file_paths=''
  every add_file "$x"
  files_now
  ask files "$current" || return
  file_targets=$x
  ask dirs || return
  directories=$x
  ask modules || return
  modules=$x
  ask past || return
  past=$x
  ask values || return
  value_paths=$x
}

add_file() { file_paths="$file_paths $1"; }

# Ends when a file of ours is not as we left it.
check_files() {
  every check_file "$file_targets"
  case "$nl$others" in *"${nl}force$nl"*) return ;; esac
  [ "$edited" ] || return 0
  answers=$edited
  refuse edited 'files have been edited since they were written here'
}

# What is no file is not removed by force either: undo would end half-way.
check_file() {
  [ "$4" = 1 ] || return 0
  if look_at_file $1; then
    found=$x
  elif [ $? = 1 ] && [ -L "$P" ]; then
    found='link'
  else
    unword "$1"
    refuse file "$x is no file any more, or cannot be read"
  fi
  # A multiple of four digits, so that both can be decoded.
  edited="$edited${nl}edited $1 $(printf %.1201s "$3") $(printf %.1201s "$found")"
}

# Without a journal nothing tells what a file of ours replaced, nor what else was changed.
check_unjournalled() {
  for file in $MODULES_FILE $SYSCTL_FILE; do
    x=''
    resolve $file
    case $? in
      0) rd "$P" ;;
      2) refuse journal "there is no $JOURNAL, and it cannot be told whether there is a $file" ;;
    esac
    case $x in "$TITLE"*) answers="$answers${nl}ours $file" ;; esac
  done
  [ -z "$answers" ] || refuse no-journal "there is no $JOURNAL, so that it cannot be told what was there before"
}
