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
#   settled                    what it changed has all been recorded; without it a side that is different now is taken for ours
#   target PATH VALUE          an undo has begun, and this is what it restores
#   undo                       the targets end
HOME_DIRECTORY=/var/lib/netprereq
JOURNAL=$HOME_DIRECTORY/journal
MODULES_FILE=/etc/modules-load.d/netprereq.conf
SYSCTL_FILE=/etc/sysctl.d/99-zz-netprereq.conf
# Neither systemd nor OpenRC nor procps reads a file of this name in a directory of settings. There is one writer, so one name does.
TEMPORARY=.netprereq.tmp

# put PATH TEXT: makes TEXT the content of a file without links, whole or not at all, on the disk when it returns. An existing file
# keeps its mode and owner. The second dd syncs the rename: a directory cannot be given to dd, but the file that has just been
# moved can, and with it the file system's log. On failure x says why.
put() {
  t=${1%/*}/$TEMPORARY
  rm -f "$t"
  if x=$( { if [ -e "$1" ]; then cp -p "$1" "$t"; fi && printf %s "$2" | dd of="$t" conv=fsync && mv -f "$t" "$1"; } 2>&1); then
    x='the disk does not take it'
    dd if=/dev/null of="$1" conv=notrunc,fsync
    return
  fi
  complaint "$x"
  rm -f "$t"
  return 1
}

# The content of a file without links, in x: "-" when absent, "=" and base64 otherwise. Fails on what is no regular file.
content() {
  x=-
  if [ -e "$1" ] || [ -L "$1" ]; then
    [ -f "$1" ] && ! [ -L "$1" ] && x=$(base64 <"$1") || return
    x="=$(printf %s "$x" | tr -d '\n')"
  fi
}

# note RECORDS: appends records to the journal, lines KIND WORDS. The whole is written anew, so that no line is ever half there.
note() {
  resolve $HOME_DIRECTORY || mkdir "$P" || { x="cannot create $HOME_DIRECTORY" && return 1; }
  j=$P/journal whole='netprereq-journal 1'
  [ ! -e "$j" ] || whole=$(cat "$j") || { x='cannot read the journal' && return 1; }
  put "$j" "$whole$nl$(e "$1" | sed "s/^[a-z]*/& $run $now $boot/")$nl"
}

# Whether the journal P, where there is one, can be read and is of this version; x says why not.
journal_usable() {
  resolve $JOURNAL
  case $? in 1) return 0 ;; esac
  rd "$P" && [ "$x" = 'netprereq-journal 1' ] && return
  x="$JOURNAL is not one of this version"
  return 1
}

# The values that a write to forwarding may change besides: lines PATH VALUE, of the family (ipv4, ipv6) $1.
sides() {
  set +f
  (cd /proc/sys && grep '' net/$1/conf/*/forwarding net/$1/conf/*/accept_redirects) | while IFS= read -r line; do
    word "${line%:*}"
    e "$E =${line##*:}"
  done
  set -f
}

# The family whose sides a write to the path $1 concerns, in x; empty for other paths. The others are read back by themselves.
family() {
  case $1 in
    net/ipv4/ip_forward | net/ipv4/conf/all/forwarding) x=ipv4 ;;
    net/ipv6/conf/all/forwarding) x=ipv6 ;;
    *) x='' ;;
  esac
}
