# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# Words: how names and values of any bytes travel in plans, journals and answers. A word has no blanks. One that has other
# characters than [-A-Za-z0-9._/@:+=] is written as octal escapes, all of it, so that the shell's own printf can read it back.
# Optional values: "-" is absent, "?" could not be read, "=" and the value otherwise. No word is ever evaluated.
#
# A shell has no pipefail: whatever is not the last program of a pipeline may die unnoticed. So a pipeline ends in the only
# program that it starts, and what the shell can do by itself it does.

# The word that stands for $1, in E. Fails where od does, with a "?" in E, which no record may hold.
word() {
  E=$1
  case $1 in
    *[!-A-Za-z0-9._/@:+=]*)
      octal=$(printf %s "$1" | od -An -v -to1) && [ "$octal" ] || { E='?' && return 1; }
      E=''
      for digits in $octal; do E=$E\\0$digits; done
      ;;
  esac
}

# What the word $1 stands for, in x. The dot keeps a newline at the end from being dropped.
unword() {
  x=$1
  case $1 in *\\*) x=$(printf '%b.' "$1") && x=${x%.} ;; esac
}

# $1 without its line ends, in x.
unlined() {
  IFS=$nl
  set -- $1
  IFS=''
  x="$*"
  unset IFS
}

# The lines of $2 that are not empty, each behind $1 and a newline before it, in x.
prefixed() {
  x='' p=$1
  IFS=$nl
  set -- $2
  unset IFS
  for text; do x=$x$nl$p$text; done
}

# The file that keeps a sysctl, below /proc/sys, in x. As sysctl(8) has it: where a dot comes before any slash, dots separate and a
# slash stands for a dot in a name (an interface's). Fails on a path that would lead out of /proc/sys.
sysctl_path() {
  case ${1%%/*} in
    *.*) exchange "$1" ;;
    *) x=$1 ;;
  esac
  case /$x/ in *//* | */./* | */../*) return 1 ;; esac
}

# $1 with slashes for dots and dots for slashes, in x.
exchange() {
  x='' tail=$1
  while :; do
    part=${tail%%[./]*}
    [ "$part" != "$tail" ] || break
    tail=${tail#"$part"}
    case $tail in .*) x=$x$part/ ;; *) x=$x$part. ;; esac
    tail=${tail#?}
  done
  x=$x$tail
}

# The value of /proc/sys/$1, in x: "-" when absent, "=" and the value otherwise. The kernel separates numbers by tabs; blanks are
# what people and files write. Not by the shell's read, which takes a byte at a time: /proc/sys hands a number out to its
# first read only. Fails, with a "?" in x, where it is there and cannot be read.
sysctl_value() {
  x=-
  [ -e "/proc/sys/$1" ] || return 0
  x=$(tr '\t' ' ' <"/proc/sys/$1") || { x='?' && return 1; }
  x="=$x"
}

# The last line of a command's complaint without dd's statistics, at most 240 bytes, in x.
complaint() {
  x=''
  IFS=$nl
  set -- $1
  unset IFS
  for text; do
    case $text in *' records '* | *' copied'*) ;; *) x=$text ;; esac
  done
  x=$(printf %.240s "$x")
}
