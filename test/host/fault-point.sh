# shellcheck shell=sh disable=SC3045
# Put before a script of any shell: functions that stand in for the programs that it starts. They are counted, in the file $COUNT, without a
# process more. Before number $AT the whole process group is killed ($FAULT kill), or that one ends as if it had been killed for want of
# memory, without having done anything ($FAULT fail).
#
# A program that only reads leaves what the one before it left, so that a kill before it adds nothing: those count only when $EVERY is set.
__at() {
  command printf x >>"$COUNT"
  IFS='' read -r __all <"$COUNT"
  if [ "$FAULT" = fail ]; then
    [ ${#__all} != "$AT" ]
  elif [ ${#__all} -ge "$AT" ]; then
    kill -9 0
  fi
}
__writes() { if __at; then command "$@"; else return 137; fi; }
__reads() { if [ -z "$EVERY" ] || __at; then command "$@"; else return 137; fi; }
cp() { __writes cp "$@"; }
dd() { __writes dd "$@"; }
flock() { __writes flock "$@"; }
mkdir() { __writes mkdir "$@"; }
mv() { __writes mv "$@"; }
rm() { __writes rm "$@"; }
rmdir() { __writes rmdir "$@"; }
awk() { __reads awk "$@"; }
base64() { __reads base64 "$@"; }
cat() { __reads cat "$@"; }
cksum() { __reads cksum "$@"; }
date() { __reads date "$@"; }
grep() { __reads grep "$@"; }
gzip() { __reads gzip "$@"; }
id() { __reads id "$@"; }
od() { __reads od "$@"; }
readlink() { __reads readlink "$@"; }
tr() { __reads tr "$@"; }
# The shell's own writes: to a file, not into a pipe. Nothing kills those alone.
printf() {
  [ "$FAULT" = fail ] || [ -p /proc/self/fd/1 ] || __at
  command printf "$@"
}
