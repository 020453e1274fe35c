# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
#
# Carries out a plan on a node, and says what became of each of its steps.
#
#   sh apply.sh MODE ROOT OUTPUT PLAN
#
#   MODE, ROOT  pod: /proc/1/root; the caller has entered the node's network namespace. local: this very host; ROOT is empty
#   OUTPUT      the file that gets the answer in its envelope; empty: stdout
#   PLAN        a request of the kind netprereq-plan, with one line for each step
#
# Steps: keep-module NAME BEFORE (absent, present), keep-sysctl KEY AFTER BEFORE, load-module NAME, set-sysctl KEY AFTER BEFORE.
#
# The answer, lines of words:
#   np-apply 1
#   outcome changed|unchanged|refused|failed|locked [CODE]
#   reason =TEXT
#   holder RUN SECONDS                               locked: by whom and since when
#   step NUMBER STATUS BEFORE AFTER =DETAIL          done, unchanged, failed, not-reached
#   side PATH BEFORE AFTER                           what the kernel changed along with a step
#   stopped                                          a signal asked for the end
#   end
#
# POSIX sh: runs under busybox ash, dash and bash. It is embedded without its comments, line by line, so there are no
# here-documents and no quotes that span lines.

# each FUNCTION: calls it for every step, with its number and its words, until it fails.
each() {
  f=$1 n=0
  IFS=$nl
  set -- $others
  unset IFS
  for step; do
    n=$((n + 1))
    $f $n $step || return
  done
}

# --- before the first write ---

check() {
  [ "$boot" = "$planned" ] || refuse boot 'stale plan: the node has been rebooted since it was looked at'
  read_journal || refuse journal "$x"
  case $records in *"${nl}undo "*) refuse undo 'an undo was begun here and did not end: run undo again first' ;; esac
  each check_step
  check_routes
  case $guards in *' forward '*) check_forward ;; esac
  each room
  [ -z "$others" ] || room 0 journal
}

# Whether the disk takes what a step writes, found out where it will be written. Creating an empty file succeeds on a full disk.
room() {
  case $2 in
    keep-module) file=$MODULES_FILE ;;
    keep-sysctl) file=$SYSCTL_FILE ;;
    journal)
      file=$JOURNAL d=${HOME_DIRECTORY%/*}
      resolve $d && [ -d "$P" ] || refuse unwritable "there is no $d for the journal"
      ;;
    *) return 0 ;;
  esac
  d=${file%/*}
  until resolve "$d"; do
    d=${d%/*}
    # Not even the root of the file system: an image that is empty.
    [ "$d" ] || { P=${R:-/} && break; }
  done
  case $seen in *"|$P|"*) return ;; esac
  seen="$seen|$P|"
  t=$P/$TEMPORARY
  # An immutable file cannot be opened for writing, nor replaced. This neither makes nor changes one.
  P=$P/${file##*/}
  x=$([ ! -f "$P" ] || { true <>"$P"; } 2>&1) || { complaint "$x" && refuse unwritable "$file cannot be replaced: $x"; }
  x=$(dd if=/dev/zero of="$t" bs=16384 count=1 conv=fsync 2>&1)
  s=$?
  rm -f "$t"
  [ $s = 0 ] && return
  complaint "$x"
  refuse unwritable "$d cannot be written: ${x:-dd failed}"
}

# A default route that came from a router advertisement goes when IPv6 forwarding comes, unless its link's accept_ra is 2. The plan has
# seen to those that were there when it was made.
check_routes() {
  case $nl$others in *"${nl}set-sysctl net.ipv6.conf.all.forwarding "*) ;; *) return ;; esac
  [ -e /proc/net/ipv6_route ] || return 0
  x=$(awk '$2=="00"&&$9~/^...[^028a]/{print $10}END{print "end"}' /proc/net/ipv6_route)
  case $nl$x in *"${nl}end") ;; *) refuse before 'the routes cannot be read' ;; esac
  for link in ${x%end}; do
    sysctl_value "net/ipv6/conf/$link/accept_ra"
    [ "$x" != =2 ] || continue
    exchange "net/ipv6/conf/$link/accept_ra"
    case $others in *"set-sysctl $x =2 "*) continue ;; esac
    refuse before "stale plan: $link has a default route by router advertisement now, which IPv6 forwarding would remove"
  done
}

# Bridge netfilter sends what pods on one bridge say to each other through FORWARD, where a policy of DROP ends it unless a rule accepts
# it. Read without side effects: iptables would load what it asks for, so it is asked for what is there only. What cannot be read
# is not refused.
check_forward() {
  for v in '' 6; do
    names=$(cat /proc/net/ip${v}_tables_names)
    case $nl$names$nl in
      *"${nl}filter$nl"*)
        { find_program ip${v}tables-legacy || find_iptables "$v" legacy; } && drops && dropping "ip${v}tables -S FORWARD"
        ;;
    esac
  done
  nft_there || return 0
  if find_program nft; then
    x=$(on_node list chains | awk '$1=="table"{t=$2" "$3}$1=="chain"{c=$2}/hook forward/&&/policy drop/&&t~/^(ip|ip6|inet) /{print t,c}')
    [ -z "$x" ] || dropping "nft list chain ${x%%"$nl"*}"
    return 0
  fi
  for v in '' 6; do find_iptables "$v" nf_tables && drops && dropping "ip${v}tables -S FORWARD"; done
  return 0
}

dropping() { refuse forward "bridge netfilter would send what pods say to each other through FORWARD, whose policy is to drop it ($1)"; }

# find_iptables VERSION KIND: the node's iptables, if it is of that kind. Old ones do not say that they are legacy.
find_iptables() {
  find_program "ip$1tables" || return
  case $2:$(on_node -V) in
    *'(nf_tables)'*) [ $2 = nf_tables ] ;;
    *v[0-9]*) [ $2 = legacy ] ;;
    *) return 1 ;;
  esac
}

# Another program may hold the lock of iptables for a moment.
drops() {
  x=$(on_node -w 3 -t filter -S FORWARD) || x=$(on_node -t filter -S FORWARD) || return
  case $x in '-P FORWARD DROP'*) ;; *) return 1 ;; esac
}

# Whether the kernel has nf_tables already, be it built in: asking nft would load it.
nft_there() { [ -d /sys/module/nf_tables ] || grep -q nf_tables_newtable /proc/kallsyms; }

check_step() {
  unword "$3"
  name=$x
  case $2 in
    keep-module | load-module) valid_module ;;
    keep-sysctl) valid_line "$4" ;;
    set-sysctl) sysctl_path "$name" || refuse invalid "no sysctl can be named $name" ;;
    *) refuse invalid "there is no step $2" ;;
  esac
  case $2 in
    load-module)
      find_program modprobe || refuse modprobe 'the node has no modprobe'
      ;;
    keep-module) still "$2" "$4" present ;;
    *) still "$2" "$5" "$4" ;;
  esac
}

valid_module() {
  case $name in '' | -* | *[!A-Za-z0-9_-]*) refuse invalid "no module can be named $name" ;; esac
}

# A line of a file of ours must mean to systemd what it says, and stay one line.
valid_line() {
  case $name in '' | [-\#\;]* | *[=*?[]* | *[[:cntrl:][:space:]]*) refuse invalid 'a key cannot be written into a file of sysctl.d' ;; esac
  sysctl_path "$name" || refuse invalid 'a key leads out of /proc/sys'
  unword "$1"
  case $x in *[[:cntrl:]]*) refuse invalid 'a value cannot be written into a file of sysctl.d' ;; esac
}

# still KIND BEFORE AFTER: what the plan saw is what is there now, or somebody else has done already what it wants.
still() {
  case $1 in
    keep-module) kept_module ;;
    keep-sysctl) kept_sysctl ;;
    set-sysctl) sysctl_path "$name" && sysctl_value "$x" || refuse before "the value of $name cannot be read" ;;
  esac || refuse file "our file for $name cannot be read as one"
  found=$x
  unword "$2"
  [ "$found" = "$x" ] && return
  unword "$3"
  [ "$found" = "$x" ] && return
  [ "$found" != - ] || found=absent
  refuse before "stale plan: $name is ${found#=} now, and was not when the plan was made"
}

# Where the node's program $1 is, in program. Containers of a node's own runtime do not get the directories of another
# distribution into their PATH, so that it is searched.
find_program() {
  for d in /sbin /usr/sbin /bin /usr/bin /run/current-system/sw/bin; do
    program=$d/$1
    resolve $program && [ -f "$P" ] && [ -x "$P" ] && return
  done
  return 1
}

# Runs the program with the node's libraries and configuration, in its mount namespace.
on_node() {
  if [ $mode = pod ]; then nsenter -t 1 -m -- $program "$@"; else "$R$program" "$@"; fi </dev/null
}

# --- files of our own ---

# The words of a line without the blanks around them, in x. A carriage return is one, as for systemd.
trim() {
  x=${1#"${1%%[!$blank]*}"}
  x=${x%"${x##*[!$blank]}"}
}
blank=$(printf '\t\r ')

# Opens our file $1: its content as in the journal in x, its text in text, P its place. Fails when it is anything but a regular file.
ours() {
  resolve "${1%/*}"
  case $? in 2) return 1 ;; esac
  P=$P/${1##*/}
  content "$P" || return
  text=''
  [ "$x" != - ] || return 0
  held=$x
  text=$(cat "$P" && e .) || return
  text=${text%.}
  # What no shell can hold, a NUL, would be lost.
  unlined "$(printf %s "$text" | base64)"
  [ "=$x" = "$held" ] && x=$held
}

# What our file says of name: "absent" or "present", "-" or "=" and the value. The last line counts.
kept_module() { ours $MODULES_FILE && lines keep-module; }
kept_sysctl() { ours $SYSCTL_FILE && lines keep-sysctl; }

# Reads text: what it says of name in x, all else in rest.
lines() {
  said=- rest=''
  [ "$1" = keep-module ] && said=absent
  while [ "$text" ]; do
    line=${text%%"$nl"*}
    case $text in *"$nl"*) text=${text#*"$nl"} ;; *) text='' ;; esac
    case $line in "$TITLE"* | "# $name was "*) continue ;; esac
    if ! says_of_name $1; then
      rest=$rest$line$nl
    elif [ "$1" = keep-module ]; then
      said=present
    else
      trim "${line#*=}"
      said="=$x"
    fi
  done
  x=$said
}

# says_of_name KIND: whether the line is one of name, as systemd reads it: a sysctl has several spellings, and a dash before it asks for
# silence.
says_of_name() {
  trim "$line"
  case $1:$x in
    keep-module:*) [ "$x" = "$name" ] ;;
    *:[\#\;]*) return 1 ;;
    *=*)
      x=${x%%=*}
      trim "${x#-}"
      plain_path "$x"
      spelled=$x
      plain_path "$name"
      [ "$x" = "$spelled" ]
      ;;
    *) return 1 ;;
  esac
}

# The path below /proc/sys that a key of a file means, in x, wherever that leads.
plain_path() {
  sysctl_path "$1"
  x=/$x/
  while :; do
    case $x in
      *//*) x=${x%%//*}/${x#*//} ;;
      */./*) x=${x%%/./*}/${x#*/./} ;;
      *) return ;;
    esac
  done
}

# keep KIND FILE LINE WAS: writes LINE into our file.
keep() {
  make_directory "${2%/*}" || return
  ours "$2" && before=$x && lines $1 || { x='our file cannot be read as one' && return 1; }
  new="$TITLE$nl$rest# $name was $4 (run $run, $(date -u +%Y-%m-%dT%H:%M:%SZ))$nl$3$nl"
  place=$P
  x=$(printf %s "$new" | base64) && word "${place#"$R"}" || { x='a program was killed' && return 1; }
  unlined "$x"
  note "file $E $before =$x" && put "$place" "$new"
}

make_directory() {
  while :; do
    resolve "$1"
    case $? in
      0) break ;;
      2) x="it cannot be told whether there is a $1" && return 1 ;;
    esac
    missing=$P
    until [ -d "${missing%/*}/" ]; do missing=${missing%/*}; done
    word "${missing#"$R"}"
    note "dir $E" || return
    x=$(mkdir "$missing" 2>&1) && [ -d "$missing" ] || { complaint "$x" && x=${x:-mkdir failed} && return 1; }
  done
  [ -d "$P" ] || { x="$1 is no directory" && return 1; }
}

# --- the steps ---

# A step's result, printed: STATUS BEFORE AFTER =DETAIL, and lines for the answer's end.
result() {
  word "$4"
  detail=$E
  word "$3"
  after=$E
  word "$2"
  e "$1 $E $after =$detail"
}

keep_module() {
  kept_module && [ "$x" = present ] && result unchanged present present && return
  was='not loaded'
  loaded && was=loaded
  if keep keep-module $MODULES_FILE "$name" "$was"; then
    result 'done' absent present
  else
    result failed absent absent "$x"
  fi
}

keep_sysctl() {
  unword "$1"
  wanted=$x
  kept_sysctl || { result failed '?' '?' 'our file cannot be read as one' && return; }
  old=$x
  [ "$old" = "$wanted" ] && result unchanged "$old" "$old" && return
  sysctl_path "$name" && sysctl_value "$x"
  case $x in
    -) x=absent ;;
    *[[:cntrl:]]*) x='of several lines' ;;
  esac
  x=${x#=}
  if keep keep-sysctl $SYSCTL_FILE "$name = ${wanted#=}" "$x"; then
    result 'done' "$old" "$wanted"
  else
    result failed "$old" "$old" "$x"
  fi
}

# Whether the module name is there. A module that is part of the kernel is in no list; what it provides is.
loaded() {
  case $name in
    br_netfilter) [ -d /proc/sys/net/bridge ] && return ;;
    nf_conntrack) [ -d /proc/sys/net/netfilter ] && return ;;
  esac
  IFS=-
  set -- $name
  IFS=_
  listed="$*"
  unset IFS
  [ -d "/sys/module/$listed" ] || grep -q "^$listed " /proc/modules
}

# modprobe runs in the node's mount namespace: its modules, its configuration, its libraries. That it ended well says little: an
# "install" line may run anything instead.
load_module() {
  loaded && result unchanged present present && return
  word "$name"
  note "module $E" || { result failed absent absent "$x" && return; }
  find_program modprobe
  x=$(on_node -- "$name" 2>&1)
  s=$?
  loaded && result 'done' absent present && return
  complaint "$x"
  [ $s = 0 ] && x="modprobe ended well, but the module is not there (an install line?)${x:+: $x}"
  result failed absent absent "${x:-modprobe failed with $s}"
}

set_sysctl() {
  unword "$1"
  wanted=$x
  sysctl_path "$name"
  path=$x
  # Two names of one value: it has one story.
  [ "$path" != net/ipv4/conf/all/forwarding ] || path=net/ipv4/ip_forward
  sysctl_value "$path" || { result failed '?' '?' 'it cannot be read' && return; }
  old=$x
  [ "$old" = "$wanted" ] && result unchanged "$old" "$old" && return
  [ "$old" = - ] && result failed - - 'there is no such sysctl' && return
  family "$path"
  kin=$x
  if ! journal_value "$old" "$wanted"; then
    result failed "$old" "$old" "$x"
    return
  fi
  complaint "$( { printf '%s\n' "${wanted#=}" >"/proc/sys/$path"; } 2>&1)"
  why=$x
  sysctl_value "$path"
  if [ "$x" = "$wanted" ]; then
    result 'done' "$old" "$x"
  else
    result failed "$old" "$x" "${why:-the kernel took the value and kept another}"
  fi
  # Where this cannot be recorded, undo takes what is different for ours, and is right.
  [ -z "$kin" ] || journal_sides
}

journal_value() {
  word "$path" && at=$E && word "$1" && from=$E && word "$2" || { x='a program was killed' && return 1; }
  record="value $at $from $E" x=''
  if [ "$kin" ]; then
    before=$(sides $kin) || { x='what it changes besides cannot be read' && return 1; }
    prefixed 'side ' "$before"
  fi
  note "$record$x"
}

# What else the write has changed: to the journal and into the answer.
journal_sides() {
  after=$(sides $kin) || return
  caused=$( { e "$before" && e -- && e "$after" && e eof; } | awk '$1=="--"{n=1;next}!n{b[$1]=$2}n&&($1 in b)&&b[$1]!=$2{print $1,b[$1],$2}END{if($1=="eof")print "end"}')
  case $nl$caused in *"${nl}end") caused=${caused%end} ;; *) return ;; esac
  prefixed 'caused ' "$caused"
  note "$x${nl}settled $at"
  prefixed 'side ' "$caused"
  printf %s "${x:+${x#"$nl"}$nl}"
}

# The step KIND NAME AFTER. Signals do not end it, nor the programs that it starts.
perform() {
  trap '' HUP INT TERM
  unword "$2"
  name=$x
  case $1 in
    keep-module) keep_module ;;
    keep-sysctl) keep_sysctl "$3" ;;
    load-module) load_module ;;
    set-sysctl) set_sysctl "$3" ;;
  esac
}

step() {
  x='not-reached ? ? ='
  if [ -z "$stop$bad" ]; then x=$(perform "$2" "$3" "$4"); fi
  answers="$answers${nl}step $1 ${x:-failed ? ? =}"
  case $x in 'done '* | unchanged*) ;; *) bad=1 ;; esac
}

mode=$1 R=$2 out=$3 request=$4 kind=netprereq-plan answer=np-apply
bad='' seen=''
parse
enter
check
each step
unlock
[ "$stop" ] && answers="$answers${nl}stopped"
case $answers in
  *' failed '* | *' not-reached '*) finish failed ;;
  *' done '*) finish changed ;;
esac
finish unchanged
