# Carries out a plan on a node, and says what became of each of its steps. What is to be done, and in which order, was decided where the
# plan was made: here each step says what it expects to find, and nothing is changed unless all of them find it.
#
#   sh apply.sh MODE ROOT OUTPUT PLAN
#
#   MODE, ROOT  pod: /proc/1/root; the caller has entered the node's network namespace. local: this very host; ROOT is empty.
#               image: the root directory of an image, empty for /; the kernel that runs is not its own: files only
#   OUTPUT      the file that gets the answer in its envelope; empty: stdout
#
# The plan, lines of words: netprereq-plan 1; run ID, boot ID, now SECONDS, not-after SECONDS (of the clock of whoever asks); then
#   journal COUNT LAST         the journal's lines, and the last one of them, as the plan saw them
#   routes LINK…               IPv6 forwarding is to come: the links whose default route by router advertisement the plan has seen to
#   guard forward              no policy of FORWARD may drop what it is sent
#   undo                       the steps take back what the journal tells: none is journalled, and one that fails does not keep the
#                              others from being tried
#   note RECORD                undo: what is written into the journal before the first step
#   write-file PATH BEFORE AFTER, remove-file PATH BEFORE -, remove-directory PATH, sweep PATH (removes it whatever it is)
#   modprobe NAME SHOWN        NAME as the kernel spells it; SHOWN, below /proc/sys, exists while the module is there; -: /sys/module and
#                              /proc/modules tell
#   write-sysctl PATH BEFORE AFTER FAMILY   a file below /proc/sys; FAMILY: the kernel changes others of ipv4 or ipv6 along with it, or -
#   forget                     undo: if all steps were taken and what they have made is there, the journal goes
#   end
#
# The answer: np-apply 1; outcome changed|unchanged|refused|failed|locked [CODE]; reason =TEXT; holder RUN SECONDS; stopped (a signal
# asked for the end); step NUMBER done|unchanged|left|failed|not-reached =DETAIL, of which the last one counts; end.
#
# POSIX sh: runs under busybox ash, dash and bash. It is embedded without its comments, line by line, so there are no
# here-documents and no quotes that span lines.

# each FUNCTION: calls it for every step, with its number and its words, until it fails. name is what its first word stands for.
each() {
  f=$1 n=0
  IFS=$nl
  set -- $steps
  unset IFS
  for step; do
    n=$((n + 1))
    set -- $step
    unword "$2"
    name=$x
    $f $n "$@" || return
  done
}

# What the program in program says.
ask() { $program "$@" </dev/null; }

# A step's result, printed.
result() {
  word "$2"
  e "$1 =$E"
}

# write_file PATH BEFORE AFTER
write_file() {
  content "$name"
  [ "$x" = "$3" ] && result unchanged && return
  [ "$x" = "$2" ] || { result failed 'somebody has changed it meanwhile' && return; }
  { [ "$3" = - ] || make_directory "${name%/*}"; } && { [ "$undo" ] || note "file $1 $2 $3"; } || { result failed "$x" && return; }
  content "$name"
  if [ "$3" = - ]; then
    complaint "$(rm -f "$P" 2>&1)"
  else
    x='a program was killed'
    text=$(printf %s "${3#=}" | base64 -d && e .) && put "$P" "${text%.}"
  fi
  why=$x
  content "$name"
  if [ "$x" = "$3" ]; then result 'done'; else result failed "${why:-the result is not as planned}"; fi
}

make_directory() {
  while :; do
    resolve "$1"
    case $? in
      0) break ;;
      2) x="whether $1 exists is unknown" && return 1 ;;
    esac
    missing=$P
    until [ -d "${missing%/*}/" ]; do missing=${missing%/*}; done
    word "${missing#"$R"}"
    [ "$undo" ] || note "dir $E" || return
    x=$(mkdir "$missing" 2>&1) && [ -d "$missing" ] || { complaint "$x" && x=${x:-mkdir failed} && return 1; }
  done
  [ -d "$P" ] || { x="$1 is not a directory" && return 1; }
}

# One that somebody else uses stays.
remove_directory() {
  resolve "$name"
  case $? in
    1) result unchanged && return ;;
    2) result failed 'whether it exists is unknown' && return ;;
  esac
  x=$(rm -f "$P/$TEMPORARY" 2>&1 && rmdir "$P" 2>&1)
  [ -d "$P" ] || { result 'done' && return; }
  complaint "$x"
  set +f
  for text in "$P"/* "$P"/.[!.]* "$P"/..?*; do
    [ ! -e "$text" ] && [ ! -L "$text" ] || { result left "$x" && return; }
  done
  result failed "${x:-rmdir failed}"
}

sweep() {
  resolve "${name%/*}"
  x=$(rm -f "$P/${name##*/}" 2>&1)
  if [ -e "$P/${name##*/}" ]; then result failed "$x"; else result 'done'; fi
}

# Whether the module $1 is there, as $2 shows. A module that is part of the kernel is in no list; what it provides is.
loaded() {
  [ -e "/proc/sys/$2" ] && return
  [ -d "/sys/module/$1" ] || grep -q "^$1 " /proc/modules
}

# load_module NAME SHOWN. modprobe runs in the node's mount namespace: its modules, its configuration, its libraries. That it ended well
# says little: an "install" line may run anything instead.
load_module() {
  loaded "$@" && result unchanged && return
  note "module $1" || { result failed "$x" && return; }
  find_program modprobe
  x=$(ask -- "$name" 2>&1)
  s=$?
  loaded "$@" && result 'done' && return
  complaint "$x"
  [ $s = 0 ] && x="modprobe succeeded, but the module is not loaded (an install line?)${x:+: $x}"
  result failed "${x:-modprobe failed with $s}"
}

# write_sysctl PATH BEFORE AFTER FAMILY
write_sysctl() {
  sysctl_value "$name" || { result failed 'it cannot be read' && return; }
  old=$E
  [ $old = "$3" ] && result unchanged && return
  if [ "$undo" ]; then
    [ $old != - ] || { result unchanged && return; }
  else
    [ $old != - ] || { result failed 'there is no such sysctl' && return; }
    kin=''
    [ $4 = - ] || kin=$(sides $4 $old) || { result failed 'a value that changes with it cannot be read' && return; }
    records="value $1 $old $3"
    IFS=$nl
    for text in $kin; do records="$records${nl}side $text"; done
    unset IFS
    note "$records" || { result failed "$x" && return; }
  fi
  unword "$3"
  complaint "$( { printf '%s\n' "${x#=}" >"/proc/sys/$name"; } 2>&1)"
  why=$x
  sysctl_value "$name"
  if [ $E = "$3" ]; then result 'done'; else result failed "${why:-the kernel accepted the value but shows another}"; fi
}

# By a fresh look: a program that claims to have done its work may have died.
verify() {
  case $2 in
    write-file | remove-file) content "$name" && [ "$x" = "$5" ] ;;
    write-sysctl) sysctl_value "$name" && { [ $E = "$5" ] || [ $E = - ]; } ;;
  esac || wrong="$wrong${nl}step $1 failed =it\\0040changed\\0040again\\0040after\\0040undo\\0040restored\\0040it"
}

forget() {
  wrong=''
  each verify
  [ -z "$wrong" ] || { e "not-reached =$wrong" && return; }
  resolve "${JOURNAL%/*}" || { result unchanged && return; }
  x=$(rm -f "$P/journal" 2>&1 && rmdir "$P" 2>&1)
  [ -d "$P" ] || { result 'done' && return; }
  complaint "$x"
  result failed "${x:-it cannot be removed}"
}

# perform KIND PATH …. Signals do not end it, nor the programs that it starts.
perform() {
  trap '' HUP INT TERM
  kind=$1
  shift
  case $kind in
    write-file | remove-file) write_file "$@" ;;
    remove-directory) remove_directory ;;
    sweep) sweep ;;
    modprobe) load_module "$@" ;;
    write-sysctl) write_sysctl "$@" ;;
    forget) forget ;;
    *) result failed "there is no step $kind" ;;
  esac
}

take() {
  number=$1
  shift
  x='not-reached ='
  # What is taken back is taken back as far as that goes.
  if [ -z "$stop$bad" ] || { [ "$undo" ] && [ $1 != forget ]; }; then x=$(perform "$@"); fi
  answers="$answers${nl}step $number ${x:-failed =}"
  case $x in 'done '* | unchanged* | left*) ;; *) bad=1 ;; esac
}

mode=$1 R=$2 out=$3 request=$4 strict=1
parse
enter
check
each take
unlock
[ -z "$stop" ] || answers="$answers${nl}stopped"
case $answers in
  *' failed '* | *' not-reached '*) finish failed ;;
  *' done '* | *' left '*) finish changed ;;
esac
finish unchanged
