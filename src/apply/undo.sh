# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
#
# Takes back what apply.sh did to a node, by its journal, and removes every trace of it. What is restored undo-plan.awk tells,
# which undo-facts.sh asks.
#
#   sh undo.sh MODE ROOT OUTPUT REQUEST
#
#   MODE, ROOT, OUTPUT  as for apply.sh
#   REQUEST             of the kind netprereq-undo; "force" among its lines: also files that somebody else has edited
#
# The answer, lines of words:
#   np-undo 1
#   outcome changed|unchanged|refused|failed|locked [CODE]
#   reason =TEXT, holder RUN SECONDS                 as apply.sh has them
#   edited PATH EXPECTED FOUND                       refused: our file by the journal, and as it is; base64, the first 900 bytes, or
#                                                    absent, or "link"
#   ours PATH                                        refused: our file, of which no journal tells
#   item KIND PATH STATUS BEFORE AFTER =DETAIL       file, dir, module, value; restored, unchanged, left, failed, next-boot
#                                                    a file's BEFORE and AFTER: present, absent, earlier (one from before the first fix)
#   side PATH BEFORE AFTER                           restored along with a value
#   end

# trouble TEXT: something failed that is no item's; the journal stays.
trouble() { item file $JOURNAL failed '?' '?' "$1"; }

# --- files ---

# restore_file PATH BEFORE WRITTEN EDITED
restore_file() {
  as_before $1 $2 && return
  place=$P
  case $2 in
    -) x=$(rm -f "$place" 2>&1) || complaint "$x" ;;
    *) [ -d "${place%/*}" ] && text=$(printf %s "${2#=}" | base64 -d && e .) && put "$place" "${text%.}" || [ "$x" ] || x='it could not be written' ;;
  esac
  why=$x
  look_at_file $1
  if [ "$x" = "$2" ]; then item file $1 restored $before $after; else item file $1 failed '?' '?' "${why:-it is not as it was before}"; fi
}

# Directories that we made. One that somebody else uses stays.
restore_directory() {
  unword "$1"
  resolve "$x"
  case $? in
    1) return ;;
    2) item dir $1 failed '?' '?' 'it cannot be told whether it is there' && return ;;
  esac
  remove "$P/$TEMPORARY"
  x=$(rmdir "$P" 2>&1)
  [ -d "$P" ] || { item dir $1 restored && return; }
  complaint "$x"
  if empty "$P"; then item dir $1 failed - - "${x:-rmdir failed}"; else item dir $1 left - - "$x"; fi
}

empty() {
  set +f
  set -- "$1"/* "$1"/.[!.]* "$1"/..?*
  set -f
  for text; do
    [ ! -e "$text" ] && [ ! -L "$text" ] || return
  done
}

remove() {
  if [ -e "$1" ] || [ -L "$1" ]; then rm -f "$1" && [ ! -e "$1" ] || trouble "$1 cannot be removed"; fi
}

# --- values ---

# What to restore is written down before the first value is: afterwards it could not be told what the kernel has changed
# along with it.
plan_values() {
  undo_begun || [ -z "$value_paths" ] && return
  make_plan || return
  targets=''
  every add_target "$plan"
  note "$targets${nl}undo" && read_journal
}

add_target() { [ $1 != target ] || targets="$targets$nl$*"; }

# First what was written, then what is different besides, again until nothing is: restoring a value changes others.
restore_values() {
  [ "$value_paths" ] || return
  ask targets || { trouble "$x" && return; }
  every restore_value "$x"
  for round in 1 2 3 4; do
    values_now
    ask different "$current" || { trouble "$x" && return; }
    [ "$x" ] || return
    [ $round = 4 ] || every restore_other "$x"
  done
  every fail_value "$x"
}

# write_value PATH TARGET: fails when the value is another one afterwards; why says why. old is what it was before.
write_value() {
  unword "$2"
  wanted=$x
  unword "$1"
  path=$x why=''
  sysctl_value "$path"
  old=$x
  # The interface is gone.
  [ "$old" != - ] && [ "$old" != "$wanted" ] || return 0
  complaint "$( { printf '%s\n' "${wanted#=}" >"/proc/sys/$path"; } 2>&1)"
  why=$x
  sysctl_value "$path"
  [ "$x" = "$wanted" ]
}

# restore_value PATH TARGET ours|other
restore_value() {
  if write_value $1 $2; then s=restored; else s=failed; fi
  [ "$old" != - ] || return
  [ "$old" != "$wanted" ] || s=unchanged
  word "$old"
  case $s$3 in
    failed*) item value $1 failed "$E" $2 "${why:-the kernel took the value and kept another}" ;;
    *other) item value $1 left $2 $2 'the value is no longer the one that was written here' ;;
    *) item value $1 $s "$E" $2 ;;
  esac
}

# restore_other PATH TARGET ours|other value|side
restore_other() {
  write_value $1 $2 && [ "$old" != "$wanted" ] && [ "$old" != - ] && [ $3$4 = oursside ] || return
  word "$old"
  answers="$answers${nl}side $1 $E $2"
}

fail_value() {
  case $bad in *" value:$1 "*) return ;; esac
  write_value $1 $2
  word "$old"
  [ "$old" = - ] || item value $1 failed "$E" $2 "${why:-it does not stay as it was before}"
}

# --- the whole ---

# Whether all is as it was before the first fix, by a fresh look: a program that claims to have done its work may have died.
verify() {
  files_now
  ask wrong "$current" || { trouble "$x" && return; }
  every fail_file "$x"
}

fail_file() {
  case $bad in *" file:$1 "*) return ;; esac
  item file $1 failed '?' '?' 'it is not as it was before'
}

# The journal goes last, so that until then undo can be run again; what a run left that was killed before it had one goes too.
remove_traces() {
  for d in / /etc /var ${MODULES_FILE%/*} ${SYSCTL_FILE%/*} ${HOME_DIRECTORY%/*} $HOME_DIRECTORY; do
    resolve $d
    case $? in
      0) remove "$P/$TEMPORARY" ;;
      2) trouble "$d cannot be read" ;;
    esac
  done
  [ -z "$bad" ] && resolve $HOME_DIRECTORY || return
  x=$(rm -f "$P/journal" 2>&1 && rmdir "$P" 2>&1)
  [ ! -d "$P" ] || { complaint "$x" && item dir $HOME_DIRECTORY failed - - "${x:-it cannot be removed}"; }
}

restore() {
  trap '' HUP INT TERM
  every restore_file "$file_targets"
  every restore_directory "$directories"
  restore_values
  every mention_module "$modules"
  every mention_past "$past"
  verify
  remove_traces
}

mode=$1 R=$2 out=$3 request=$4 kind=netprereq-undo answer=np-undo
bad='' edited='' outcome=unchanged
parse
enter
read_journal || refuse journal "$x"
if [ "$records" ]; then
  consult || refuse journal "$x"
  check_files
  plan_values || refuse journal "$x"
  outcome=changed
  restore
else
  check_unjournalled
  remove_traces
fi
unlock
[ -z "$bad" ] || outcome=failed
finish $outcome
