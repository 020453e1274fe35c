# Words: how names and values of any bytes travel in plans, journals and answers. A word has no blanks. One that has other
# characters than [-A-Za-z0-9._/@:+=] is written as octal escapes, all of it, so that the shell's own printf can read it back.
# Optional values: "-" is absent, "?" could not be read, "=" and the value otherwise. No word is ever evaluated.
#
# A shell has no pipefail: whatever is not the last program of a pipeline may die unnoticed. So a pipeline ends in the only
# program that it starts, and what the shell can do by itself it does.
JOURNAL=/var/lib/netprereq/journal
# Neither systemd nor OpenRC nor procps reads a file of this name in a directory of settings. There is one writer, so one name does.
TEMPORARY=.netprereq.tmp

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

# The content of the node's file $1, in x, and its place in P: "-" when absent, "=" and base64, "link", or "?" for all else, with which it fails.
content() {
  resolve "${1%/*}"
  s=$? x='?' P=$P/${1##*/}
  [ $s != 2 ] || return
  if [ -L "$P" ]; then
    x='link'
  elif [ ! -e "$P" ]; then
    x=-
  else
    [ -f "$P" ] && text=$(base64 <"$P") || return
    IFS=$nl
    set -- $text
    IFS=''
    x="=$*"
    unset IFS
  fi
}

# The word of the value of /proc/sys/$1, in E: "-" when absent. The kernel separates numbers by tabs; blanks are what people and
# files write. Not by the shell's read, which takes a byte at a time: /proc/sys hands a number out to its first read only. Fails,
# with a "?" in E, where it is there and cannot be read.
sysctl_value() {
  E=-
  [ -e "/proc/sys/$1" ] || return 0
  x=$(tr '\t' ' ' <"/proc/sys/$1") || { E='?' && return 1; }
  word "=$x"
}

# What the kernel changes along with forwarding of the family $1 (ipv4, ipv6), where it is not $2, the word of forwarding's own value:
# lines PATH VALUE. All of the others have $2, and get what is written to forwarding. A file that is read last proves that all were.
sides() {
  set +f
  x=$(cd /proc/sys && grep '' net/$1/conf/*/forwarding net/ipv4/conf/all/accept_redirects kernel/random/boot_id)
  set -f
  case $nl$x in *"${nl}kernel/random/boot_id:"?*) ;; *) return 1 ;; esac
  IFS=$nl
  for text in $x; do
    unset IFS
    case $1$text in
      *kernel/random/* | *conf/all/forwarding:* | ipv6net/ipv4/*) ;;
      *forwarding:"${2#=}") ;;
      *) word "${text%:*}" && e "$E =${text##*:}" || return ;;
    esac
  done
  unset IFS
}
