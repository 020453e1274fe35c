# shellcheck shell=bash
# Put before a script under bash: kills the whole process group before command number $KILL. bash runs the trap before each simple
# command, in functions, subshells, substitutions and each part of a pipeline too. Those are counted, in the file $COUNT, that
# start a program or redirect into something; what else there is only changes the shell's own variables.
__point() {
  case $1 in
    *'>'*) ;;
    *=*)
      case ${1%%=*} in *[!A-Za-z0-9_]*) __program "${1%% *}" || return 0 ;; *) return 0 ;; esac
      ;;
    *) __program "${1%% *}" || return 0 ;;
  esac
  builtin printf x >>"$COUNT"
  IFS='' builtin read -r -d '' __all <"$COUNT"
  if [ ${#__all} -ge "$KILL" ]; then kill -9 0; fi
}
__program() {
  case $1 in '' | '[' | '$f' | continue | break | umask | case | for | printf | read | set | shift | return | exit | trap | unset | export | exec | cd | command | : | true | kill) return 1 ;; esac
  ! declare -F "$1" >/dev/null
}
set -T
trap '__point "$BASH_COMMAND"' DEBUG
