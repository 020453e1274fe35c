# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# Words: how names and values of any bytes travel in plans, journals and answers. A word has no blanks. One that has other
# characters than [-A-Za-z0-9._/@:+=] is written as octal escapes, all of it, so that the shell's own printf can read it back.
# Optional values: "-" is absent, "=" and the value otherwise. No word is ever evaluated.

# The word that stands for $1, in E.
word() {
  E=$1
  case $1 in *[!-A-Za-z0-9._/@:+=]*) E=$(printf %s "$1" | od -An -v -to1 | tr -d '\n' | sed 's/ \{1,\}/\\0/g') ;; esac
}

# What the word $1 stands for, in x. The dot keeps a newline at the end from being dropped.
unword() {
  x=$1
  case $1 in *\\*) x=$(printf '%b.' "$1") && x=${x%.} ;; esac
}

# The file that keeps a sysctl, below /proc/sys, in x. As sysctl(8) has it: where a dot comes before any slash, dots separate and a
# slash stands for a dot in a name (an interface's). Fails on a path that would lead out of /proc/sys.
sysctl_path() {
  case ${1%%/*} in
    *.*)
      # The dot at the end, a slash afterwards, keeps newlines.
      x=$(printf '%s.' "$1" | tr ./ /.)
      x=${x%/}
      ;;
    *) x=$1 ;;
  esac
  case /$x/ in *//* | */./* | */../*) return 1 ;; esac
}

# The value of /proc/sys/$1, in x: "-" when absent, "=" and the value otherwise. The kernel separates numbers by tabs; blanks are
# what people and files write. Not by the shell's read, which takes a byte at a time: /proc/sys hands a number out to its
# first read only. Fails where it is there and cannot be read.
sysctl_value() {
  x=-
  [ -e "/proc/sys/$1" ] || return 0
  x=$(tr '\t' ' ' <"/proc/sys/$1") || return
  x="=$x"
}

# The last line of a command's complaint without dd's statistics, at most 240 bytes, in x.
complaint() {
  x=$(e "$1" | grep -v -e ' records ' -e ' copied' | tail -n 1 | head -c 240)
}
