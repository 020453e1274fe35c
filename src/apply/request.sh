# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# What scripts that change a node are asked, and how they decline. Wants request, the text; kind, the word that it begins with;
# answer, the word that answers begin with; and out.
#
# Lines of words: KIND 1, run ID, boot ID, now SECONDS, not-after SECONDS (of the clock of whoever asks), guard NAME (what is to be
# looked at before the first write), others, end.
export LC_ALL=C
PATH=${PATH:+$PATH:}/usr/sbin:/usr/bin:/sbin:/bin
exec 2>/dev/null
set -f
umask 022
run=- planned='' asked=x expiry=x guards='' others='' answers='' locked='' stop='' x=''

# finish OUTCOME [LINES]: the answer, and the end.
finish() {
  deliver "$answer 1${nl}outcome $1$2$answers" side item step edited
  exit 0
}

# refuse CODE TEXT: the end, before anything was changed.
refuse() {
  [ "$locked" ] && unlock
  word "$2"
  finish "refused $1" "${nl}reason =$E"
}

# Without one of these a node might be left half changed.
demand_tools() { demand awk base64 cat cp date dd grep id ln mkdir mv od readlink rm rmdir tr; }

# Cuts the request into its head and its other lines. One without its end was cut off on its way.
parse() {
  IFS=$nl
  set -- $request
  unset IFS
  [ "$1" = "$kind 1" ] || refuse invalid 'this is not what was expected'
  shift
  for line; do
    case $line in
      'run '*) run=${line#* } ;;
      'boot '*) planned=${line#* } ;;
      'now '*) asked=${line#* } ;;
      'not-after '*) expiry=${line#* } ;;
      'guard '*) guards="$guards $line " ;;
      end)
        case $asked$expiry in *[!0-9]*) refuse invalid 'there is no time in it' ;; esac
        case $run in *[!-A-Za-z0-9]*) refuse invalid 'no run has such an id' ;; esac
        return
        ;;
      *) others=$others$line$nl ;;
    esac
  done
  refuse invalid 'it was cut off'
}

# Takes the lock, or ends. The kubelet may start a pod long after whoever made it has gone, and a clock that is wrong would not
# notice. Only a clock that is behind can be told: one that is ahead is as good as late.
enter() {
  trap 'stop=1' HUP INT TERM
  demand_tools
  now=$(date +%s)
  rd /proc/sys/kernel/random/boot_id
  boot=$x
  [ "$(id -u)" = 0 ] || refuse root 'only root can change a node'
  lock
  case $? in
    1) finish locked "${nl}holder ${holder:--} ${since:-0}" ;;
    2) refuse lock "$x" ;;
  esac
  locked=1
  case $now in '' | *[!0-9]*) refuse clock "the node's time cannot be told" ;; esac
  [ "$now" -ge $((asked - 30)) ] || refuse clock "the node's clock is $((asked - now)) seconds behind"
  [ "$now" -le "$expiry" ] || refuse late "too late: there were $((expiry - asked)) seconds, and by the node's clock $((now - asked)) have passed"
}
