# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# The journal, on the node's disk, and how files are written. Wants R, run (a word), now and boot.
#
# One record per line: KIND RUN TIME BOOT and then words. It is written before what it speaks of is done, in the order of the deeds:
#   dir PATH                   a directory that did not exist
#   file PATH BEFORE AFTER     contents, in base64
#   module NAME                a module that was not loaded
#   value PATH BEFORE AFTER    a file below /proc/sys that is written
#   side PATH BEFORE           another one that the kernel may change along with the value above it
#   caused PATH BEFORE AFTER   it did
#   settled PATH               what the write of this value changed has all been recorded; without it a side of that write that is
#                              different now is taken for ours
#   target PATH VALUE ours|other value|side
#                              an undo has begun, and this is what it restores
#   undo                       the targets end
HOME_DIRECTORY=/var/lib/netprereq
JOURNAL=$HOME_DIRECTORY/journal
MODULES_FILE=/etc/modules-load.d/netprereq.conf
SYSCTL_FILE=/etc/sysctl.d/99-zz-netprereq.conf
TITLE='# Written by kubectl netprereq. Its undo removes this file, but not when somebody else has changed it.'
# Neither systemd nor OpenRC nor procps reads a file of this name in a directory of settings. There is one writer, so one name does.
TEMPORARY=.netprereq.tmp

# put PATH TEXT: makes TEXT the content of a file without links, whole or not at all, on the disk when it returns. An existing file
# keeps its mode and owner. The second dd syncs the rename: a directory cannot be given to dd, but the file that has just been
# moved can, and with it the file system's log. On failure x says why.
put() {
  t=${1%/*}/$TEMPORARY
  x=$(rm -f "$t" 2>&1) || { complaint "$x" && return 1; }
  if x=$( { if [ -f "$1" ] && ! [ -L "$1" ]; then cp -p "$1" "$t"; fi && printf %s "$2" | dd of="$t" conv=fsync && mv -f "$t" "$1"; } 2>&1); then
    x='the disk does not take it'
    dd if=/dev/null of="$1" conv=notrunc,fsync
    return
  fi
  complaint "$x"
  x=${x:-a program was killed}
  rm -f "$t"
  return 1
}

# The content of a file without links, in x: "-" when absent, "=" and base64 otherwise. Fails on what is no regular file, with a "?".
content() {
  x=-
  if [ -e "$1" ] || [ -L "$1" ]; then
    x='?'
    [ -f "$1" ] && ! [ -L "$1" ] && text=$(base64 <"$1") || return
    unlined "$text"
    x="=$x"
  fi
}

# note RECORDS: appends records to the journal, lines KIND WORDS. The whole is written anew, so that no line is ever half there.
note() {
  case $1 in *'?'*) x='a value could not be written down' && return 1 ;; esac
  resolve $HOME_DIRECTORY
  case $? in
    1) mkdir "$P" || { x="cannot create $HOME_DIRECTORY" && return 1; } ;;
    2) x="cannot tell whether there is a $HOME_DIRECTORY" && return 1 ;;
  esac
  j=$P/journal x='netprereq-journal 1'
  [ ! -e "$j" ] || x=$(cat "$j") || { x='cannot read the journal' && return 1; }
  case $x in 'netprereq-journal 1'*) ;; *) x='the journal has been changed' && return 1 ;; esac
  whole=$x
  IFS=$nl
  set -- $1
  unset IFS
  for record; do
    kind=${record%% *}
    whole="$whole$nl$kind $run $now $boot${record#"$kind"}"
  done
  put "$j" "$whole$nl"
}

# Reads the journal: all of it in records, which is empty where there is none; its place in journal. Fails on one that cannot be read
# or is of another version; x says why.
read_journal() {
  records=''
  resolve $JOURNAL
  case $? in 1) return 0 ;; esac
  x="$JOURNAL cannot be read"
  journal=$P
  [ -f "$P" ] && records=$(cat "$P") || return
  x="$JOURNAL is not one of this version"
  case $records$nl in "netprereq-journal 1$nl"*) ;; *) return 1 ;; esac
}

# The values that a write to forwarding may change besides: lines PATH VALUE, of the family (ipv4, ipv6) $1. What is not there is
# not told: a file that is read last proves that all were. Not conf/all/forwarding: that one is written, and is for IPv4 the same as
# ip_forward.
sides() {
  set +f
  x=$(cd /proc/sys && grep '' net/$1/conf/*/forwarding net/$1/conf/*/accept_redirects kernel/random/boot_id)
  set -f
  case $nl$x in *"${nl}kernel/random/boot_id:$boot") ;; *) return 1 ;; esac
  IFS=$nl
  set -- $x
  unset IFS
  for text; do
    case $text in
      kernel/random/* | net/ipv[46]/conf/all/forwarding:*) ;;
      *) word "${text%:*}" && e "$E =${text##*:}" || return ;;
    esac
  done
}

# The family whose sides a write to the path $1 concerns, in x; empty for other paths. The others are read back by themselves.
family() {
  case $1 in
    net/ipv4/ip_forward) x=ipv4 ;;
    net/ipv6/conf/all/forwarding) x=ipv6 ;;
    *) x='' ;;
  esac
}
