# What is asked, and how it is answered or declined. Wants request, the text, and out, the file that gets the answer (empty: stdout).
export LC_ALL=C
PATH=${PATH:+$PATH:}/usr/sbin:/usr/bin:/sbin:/bin
exec 2>/dev/null
set -f
umask 022
run=- planned='' journal='' routes='' guard='' undo='' notes='' steps='' answers='' locked='' stop='' bad='' seen='' x=''

# finish OUTCOME [LINES]: the answer, and the end. The kubelet keeps the last 4096 bytes: what does not fit is left out.
finish() {
  t="np-apply 1${nl}outcome $1$2"
  if [ "$out" ]; then
    envelope "$t$answers${nl}end"
    [ ${#E} -le 4096 ] || envelope "$t${nl}dropped step${nl}end"
    printf %s "$E" >"$out"
  else
    e "$t$answers${nl}end"
  fi
  exit 0
}

# refuse CODE TEXT: the end, before anything was changed.
refuse() {
  [ "$locked" ] && unlock
  word "$2"
  finish "refused $1" "${nl}reason =$E"
}

# The last line of a command's complaint without dd's statistics, at most 240 bytes, in x.
complaint() {
  x=''
  IFS=$nl
  set -- $1
  unset IFS
  for text; do
    case $text in *' records '* | *' copied'*) ;; *) x=$text ;; esac
  done
  x=$(printf %.240s "$x")
}

# Cuts the request into its head and its steps. One without its end was cut off on its way.
parse() {
  IFS=$nl
  set -- $request
  unset IFS
  [ "$1" = 'netprereq-plan 1' ] || refuse invalid 'the plan has an unknown format'
  shift
  for line; do
    case $line in
      'run '*) run=${line#* } ;;
      'boot '*) planned=${line#* } ;;
      'now '*) asked=${line#* } ;;
      'not-after '*) expiry=${line#* } ;;
      'journal '*) journal=${line#* } ;;
      routes*) routes=" ${line#routes} " ;;
      'guard forward') guard=1 ;;
      'note '*) notes=$notes${line#* }$nl ;;
      undo) undo=1 ;;
      end) return ;;
      *) steps=$steps$line$nl ;;
    esac
  done
  refuse invalid 'the plan was cut off'
}

# Takes the lock, or ends. The kubelet may start a pod long after whoever made it has gone, and a clock that is wrong would not
# notice. Only a clock that is behind can be told: one that is ahead is as good as late.
enter() {
  trap 'stop=1' HUP INT TERM
  # Without one of these a node might be left half changed.
  demand awk base64 cat cp date dd grep id mkdir mv od readlink rm rmdir tr
  command -v flock >/dev/null || find_program flock || demand flock
  now=$(date +%s)
  rd /proc/sys/kernel/random/boot_id
  boot=$x
  [ "$mode" != image ] || boot=image
  [ "$(id -u)" = 0 ] || refuse root 'only root can change a node'
  lock
  case $? in
    1) finish locked "${nl}holder ${holder:--} ${since:-0}" ;;
    2) refuse lock "$x" ;;
  esac
  locked=1
  case $now in '' | *[!0-9]*) refuse clock "the node's time is unknown" ;; esac
  [ "$now" -ge $((asked - 30)) ] || refuse clock "the node's clock is $((asked - now)) seconds behind"
  [ "$now" -le "$expiry" ] || refuse late "too late: the plan was valid for $((expiry - asked)) seconds; by the node's clock $((now - asked)) have passed"
}
