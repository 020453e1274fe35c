# What a plan is held against before the first write. After one that does not hold nothing has been changed.

check() {
  [ "$boot" = "$planned" ] || refuse boot 'stale plan: the node has been rebooted since it was checked'
  read_journal || refuse journal "$x"
  IFS=$nl
  set -- $records
  unset IFS
  for record; do :; done
  [ $# = 0 ] && E=- || word "$record"
  [ "$# $E" = "$journal" ] || refuse before "stale plan: $JOURNAL has changed since the plan was made"
  each expect
  [ -z "$routes" ] || check_routes
  [ -z "$guard" ] || check_forward
  if [ "$undo" ]; then
    trap '' HUP INT TERM
    stop=''
    [ -z "$notes" ] || note "$notes" || refuse journal "$x"
  elif [ "$steps" ]; then
    each room
    name=$JOURNAL
    resolve "${JOURNAL%/*/*}" && [ -d "$P" ] || refuse unwritable "there is no ${JOURNAL%/*/*} for the journal"
    room 0 write-file
  fi
}

# expect NUMBER KIND NAME BEFORE AFTER: what the plan saw is what is there now, or somebody else has done already what it wants.
expect() {
  case $mode:$2 in image:modprobe | image:write-sysctl) refuse invalid 'an image has no running kernel' ;; esac
  case $2 in
    modprobe) find_program modprobe || refuse modprobe 'the node has no modprobe' ;;
    write-file | remove-file)
      content "$name"
      [ "$x" = "$4" ] || [ "$x" = "$5" ] || refuse before "stale plan: $name has changed since the plan was made"
      ;;
    write-sysctl)
      case /$name/ in *//* | */./* | */../*) refuse invalid "$name leads out of /proc/sys" ;; esac
      sysctl_value "$name" || refuse before "/proc/sys/$name cannot be read"
      # An interface that is gone took its values along.
      [ $E = "$4" ] || [ $E = "$5" ] || [ "$undo$E" = 1- ] && return
      if [ $E = - ]; then x='=absent'; else unword "$E"; fi
      refuse before "stale plan: $name has become ${x#=} since the plan was made"
      ;;
  esac
}

# Whether the disk takes what a step writes, found out where it will be written. Creating an empty file succeeds on a full disk.
room() {
  case $2 in write-file) ;; *) return 0 ;; esac
  d=${name%/*}
  until resolve "$d"; do
    d=${d%/*}
    # Not even the root of the file system: an image that is empty.
    [ "$d" ] || { P=${R:-/} && break; }
  done
  case $seen in *"|$P|"*) return ;; esac
  seen="$seen|$P|"
  t=$P/$TEMPORARY
  # Whoever made an image may have put a link there, which would be followed.
  rm -f "$t"
  # An immutable file cannot be opened for writing, nor replaced. This neither makes nor changes one.
  P=$P/${name##*/}
  x=$([ ! -f "$P" ] || { true <>"$P"; } 2>&1) || { complaint "$x" && refuse unwritable "$name cannot be replaced: $x"; }
  x=$(dd if=/dev/zero of="$t" bs=16384 count=1 conv=fsync 2>&1)
  s=$?
  rm -f "$t"
  [ $s = 0 ] && return
  complaint "$x"
  refuse unwritable "$d cannot be written: ${x:-dd failed}"
}

# A default route that came from a router advertisement goes when IPv6 forwarding comes, unless its link's accept_ra is 2.
check_routes() {
  [ -e /proc/net/ipv6_route ] || return 0
  x=$(awk '$2=="00"&&$9~/^...[^028a]/{print $10}END{print "end"}' /proc/net/ipv6_route)
  case $nl$x in *"${nl}end") ;; *) refuse before 'the routes cannot be read' ;; esac
  for link in ${x%end}; do
    sysctl_value "net/ipv6/conf/$link/accept_ra"
    [ $E != =2 ] || continue
    word "$link"
    case $routes in *" $E "*) continue ;; esac
    refuse before "stale plan: $link now has a default route from a router advertisement, which IPv6 forwarding would remove"
  done
}
