# The journal, on the node's disk, and how files are written. Wants R, run (a word), now and boot.
#
# One record per line: KIND RUN TIME BOOT and then words. It is written before what it speaks of is done, in the order of the deeds.
# A journal of an earlier version has more kinds (plan/journal.ts reads all):
#   dir PATH                   a directory that did not exist
#   file PATH BEFORE AFTER     contents, in base64
#   module NAME                a module that was not loaded
#   value PATH BEFORE AFTER    a file below /proc/sys that is written
#   side PATH BEFORE           another one that changes along with the value above it, and had another value than that one had
#   target PATH VALUE ours|other value|side
#                              an undo has begun, and this is what it restores
#   undo                       the targets end

# put PATH TEXT: makes TEXT the content of a file without links, whole or not at all, on the disk when it returns. An existing file
# keeps its mode and owner. The second dd syncs the rename: a directory cannot be given to dd, but the file that has just been
# moved can, and with it the file system's log. On failure x says why.
put() {
  t=${1%/*}/$TEMPORARY
  x=$(rm -f "$t" 2>&1) || { complaint "$x" && return 1; }
  if x=$( { if [ -f "$1" ] && ! [ -L "$1" ]; then cp -p "$1" "$t"; fi && printf %s "$2" | dd of="$t" conv=fsync && mv -f "$t" "$1"; } 2>&1); then
    x='writing failed'
    dd if=/dev/null of="$1" conv=notrunc,fsync
    return
  fi
  complaint "$x"
  x=${x:-a program was killed}
  rm -f "$t"
  return 1
}

# note RECORDS: appends records to the journal, lines KIND WORDS. The whole is written anew, so that no line is ever half there.
note() {
  case $1 in *'?'*) x='a value could not be recorded' && return 1 ;; esac
  read_journal || return
  resolve "${JOURNAL%/*}" || mkdir "$P" || { x="cannot create ${JOURNAL%/*}" && return 1; }
  whole=${records:-netprereq-journal 1}
  IFS=$nl
  for record in $1; do
    kind=${record%% *}
    whole="$whole$nl$kind $run $now $boot${record#"$kind"}"
  done
  unset IFS
  put "$P/journal" "$whole$nl"
}

# Reads the journal: all of it in records, which is empty where there is none. Fails on one that cannot be read or is of another
# version; x says why.
read_journal() {
  records=''
  resolve "${JOURNAL%/*}"
  x='the journal is a link'
  [ ! -L "$P/journal" ] || return
  resolve $JOURNAL
  case $? in 1) return 0 ;; esac
  x="$JOURNAL cannot be read"
  [ -f "$P" ] && records=$(cat "$P") || return
  x="$JOURNAL has an unknown format"
  case $records$nl in "netprereq-journal 1$nl"*) ;; *) return 1 ;; esac
}
