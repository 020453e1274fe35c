# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
#
# Tells what undo.sh would do to a node, for people who are to decide. It changes nothing and takes no lock; what undo.sh finds
# is what counts.
#
#   sh undo-look.sh MODE ROOT OUTPUT REQUEST
#
# Arguments and answer are undo.sh's: "restored" is what would be. Whether a directory is empty then it does not ask, nor what else
# the kernel changes along with a value.

foretell_file() { as_before $1 $2 || item file $1 restored $before $after; }

foretell_directory() {
  unword "$1"
  if resolve "$x"; then item dir $1 restored; fi
}

# foretell_value PATH TARGET ours|other
foretell_value() {
  unword "$1"
  sysctl_value "$x"
  # The interface is gone.
  [ "$x" != - ] || return 0
  word "$x"
  case $3:$E in
    other:*) item value $1 left "$E" "$E" 'the value is no longer the one that was written here' ;;
    *:"$2") item value $1 unchanged $2 $2 ;;
    *) item value $1 restored "$E" $2 ;;
  esac
}

# foretell_target target|missing PATH VALUE ours|other value|side
foretell_target() { [ $1 != target ] || [ $5 != value ] || foretell_value $2 $3 $4; }

foretell_values() {
  [ "$value_paths" ] || return 0
  if undo_begun; then
    ask targets || return
    every foretell_value "$x"
  else
    make_plan || return
    every foretell_target "$plan"
  fi
}

mode=$1 R=$2 out=$3 request=$4 kind=netprereq-undo answer=np-undo
edited=''
parse
demand_tools
rd /proc/sys/kernel/random/boot_id
boot=$x
read_journal || refuse journal "$x"
if [ -z "$records" ]; then
  check_unjournalled
  finish unchanged
fi
consult || refuse journal "$x"
check_files
every foretell_file "$file_targets"
every foretell_directory "$directories"
foretell_values || refuse journal "$x"
every mention_module "$modules"
every mention_past "$past"
finish changed
