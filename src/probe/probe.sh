# shellcheck shell=sh disable=SC2046,SC2154
# (Lists of words are split on purpose. Joined behind resolve.sh, whose functions it uses.)
#
# Reads what a node's kernel provides for the cluster's network, and prints it as records. It writes nothing but its answer, and
# always exits 0: what is absent or cannot be read is a fact like any other. Where a program is missing that it cannot do without, its
# answer is one line, np1 error and the reason.
#
#   sh SCRIPT MODE [ROOT [OUTPUT [PARENT]]]
#
#   MODE    pod    ROOT is /proc/1/root; the caller has entered the node's network namespace
#           host   ROOT is where the node's / is mounted, with all that is mounted below it; no capabilities
#           local  this very host; ROOT is empty
#   OUTPUT  the file that gets the answer in its envelope; without one the plain text goes to stdout
#   PARENT  the caller's parent process id; 0 says that process 1 is the container's own
#
# POSIX sh: runs under busybox ash, dash and bash. It is embedded without its comments, line by line, so there are no
# here-documents and no quotes that span lines.
#
# The text. One record per line: a letter (its section), then fields. Words are separated by single blanks; a word with
# other characters than [-A-Za-z0-9._/@:+] is percent-encoded, all of it. Nothing read from a file can begin a line.
#
#   np 1                            first line: the format's version
#   n self INODE, n init INODE      network namespaces of this process and of process 1; 0: not this process's, whichever
#   n own                           process 1 is not the node's: nothing of its files was read
#   n kernel RELEASE ARCH
#   n loadable 0|1                  /proc/modules exists
#   n modules NAME…, n sysfs NAME…  those of our modules that are in /proc/modules, in /sys/module
#   n v PATH =VALUE | - | !         a sysctl: its value, absent, unreadable
#   n fs TYPE TYPE TYPE TYPE        what /etc, sysctl.d and modules-load.d in it, and /var/lib lie on; of an overlay what is written to
#   n ra PATH…                      accept_ra of the links that have a default route from a router advertisement
#   b NAME V4 V6 COUNT PORT…        a bridge: nf_call_iptables, nf_call_ip6tables (0, 1, -), its ports
#   k dir 0|1, k installed NAME…    /lib/modules/RELEASE; the names in /lib/modules, the newest first
#   k builtin PATH…                 our modules in modules.builtin
#   k dep PATH: PATH…               our modules in modules.dep, each followed by what it needs
#   k needs PATH: PATH…             modules in modules.dep that need br_netfilter
#   k nodep                         there is no modules.dep, nor its binary form
#   k images NAME…                  those of them that have an image
#   k cut                           there are more, all of them older
#   k of NAME                       what follows are the lists of this other kernel
#   k config WORD…                  CONFIG_X=y, or "CONFIG_X is" (not set)
#   o container [HINT]              what says that the node is itself a container; none: looked, found nothing
#   i runlevels LEVEL/SERVICE…      OpenRC: which of our services are in a runlevel; no record without /etc/runlevels
#   i wanted BY.wants/UNIT [0]      what wants a unit of section u (or BY.requires/UNIT); 0: the entry is masked
#   i boot ID, i comm NAME, i masked UNIT…, a LINE (the kernel's command line)
#   i absent UNIT…, i replaced UNIT…  of those services, which there are not, and which are not as systemd has them; as a whole with masked
#   LETTER + PATH [TARGET]          a file, and where the link leads when it is one; 0: linked to /dev/null, ?: neither file nor
#                                   directory that can be read as one, !: unreadable (also a directory)
#   LETTER NUMBER TEXT              a line of the file above it; LETTER t: it was cut; LETTER e: reading it failed
#   c type NAME                     a "type" in the CNI configuration above it
#   LETTER end                      the section is complete
#   n dropped LETTER…               sections left out for their size
#   n log                           the container's log has the whole text
#   n end                           last line
#
# Files: o os-release, c CNI configuration, u units and udev rules that name br_netfilter (at most 16 of them), with all files that
# complete or replace those, and settings of the initramfs, p modprobe.d, m modules-load.d, s sysctl.d.
exec 2>/dev/null
export LC_ALL=C
PATH=${PATH:+$PATH:}/usr/sbin:/usr/bin:/sbin:/bin
mode=$1 R=$2 out=$3
own=
case $mode:$4 in pod:0) own=1 ;; esac
I=/proc/1
k=
[ "$mode" = host ] && I=$R/proc/1 k=ls
# All for which nothing else stands in. gunzip and find are not among them: what only they could read (the kernel's configuration,
# units and rules) is left out, and unknown.
demand awk grep head od readlink sort tr uname $k
named='br[-_]netfilter'
ours="($named|nf[-_]conntrack|bridge|ipv6)"
dirs='/etc /run /usr/local/lib /usr/lib /lib'

# The word that stands for $1, in E. Interface names, file names and link targets may have any bytes but / and NUL.
esc() {
  E=$1
  case $1 in '' | *[!-A-Za-z0-9._/@:+]*) E=$(printf %s "$1" | od -An -v -tx1 | tr -s ' \n' '%%') ;; esac
  [ "$E" ] && [ ${#E} -le 1024 ] || E=%3f
}

# value PATH…: sysctls, all by one grep, because /proc/sys hands a number out to its first read only, and the shells' own read
# takes one byte at a time. Absent only where the directory, or the tree that would hold that, can be looked into.
value() {
  found=$nl$(cd /proc/sys && grep '' "$@")
  for x; do
    d=/proc/sys/${x%/*}
    [ -e "$d" ] || d=/proc/sys/${x%%/*}
    case $found in
      *"$nl$x:"*)
        v=${found#*"$nl$x:"}
        e "n v $x =${v%%"$nl"*}"
        ;;
      *) if [ -e "/proc/sys/$x" ] || ! [ -x "$d" ]; then e "n v $x !"; else e "n v $x -"; fi ;;
    esac
  done
}

# scan RECORD PATTERN FILE: what matches, as one record. No record when the file cannot be read.
scan() {
  [ -f "$3" ] && [ -r "$3" ] || return
  x=$(grep -oE -m 8 "$2" "$3")
  [ $? -lt 2 ] || return
  set -f
  e $1 $x
  set +f
}

namespace() {
  x=$(readlink "$2") || return
  x=${x#*[}
  e "n $1 ${x%]}"
}

# A process without capabilities may not look at process 1's namespaces, but into its /proc/1/net, whose files have inodes of their
# own in each network namespace, the same through every mount of /proc.
compare() {
  set -- $(ls -i "$I/net/dev" /proc/self/net/dev)
  [ $# = 4 ] || return
  if [ "$1" = "$3" ]; then namespace init /proc/self/ns/net; else e n init 0; fi
}

# What verdicts about the running kernel need.
running() {
  namespace self /proc/self/ns/net
  case $own$mode in
    1*) e n own ;;
    host) compare ;;
    *) namespace init "$I/ns/net" ;;
  esac
  x=$(uname -rm)
  rel=${x% *}
  e "n kernel $x"
  if [ -e /proc/modules ]; then e n loadable 1; elif [ -e /proc/version ]; then e n loadable 0; fi
  scan 'n modules' "^$ours " /proc/modules
  if [ -x /sys/module ]; then
    found=
    for x in br_netfilter nf_conntrack bridge ipv6; do [ -d /sys/module/$x ] && found="$found $x"; done
    e "n sysfs$found"
  fi
  b=net/bridge/bridge-nf-call-
  set -- ${b}iptables ${b}ip6tables ${b}arptables net/ipv4/ip_forward net/netfilter/nf_conntrack_max kernel/modules_disabled
  for i in all default; do
    b=net/ipv6/conf/$i
    set -- "$@" net/ipv4/conf/$i/forwarding $b/forwarding $b/disable_ipv6 $b/accept_ra
  done
  # The kernel's own mark on such a route (RTF_DEFAULT, RTF_ADDRCONF) decides whether it goes when forwarding comes, not "proto ra".
  set -f
  x=$(awk '$2=="00"&&$9~/^...[^028a]/{print "net/ipv6/conf/"$10"/accept_ra"}' /proc/net/ipv6_route) && e n ra $x
  value "$@" $x
  set +f
}

# /sys/class/net shows the network namespace of its mount, so the node's own mount is the one to read.
bridges() {
  resolve /sys/class/net && [ -x "$P" ] || return
  set -- "$P"/*/bridge
  [ -e "$1" ] || shift
  [ $# -gt 200 ] && e n dropped b && return
  for d; do bridge "$d" "${d%/bridge}"; done
  e b end
}

bridge() {
  d=$1
  esc "${2##*/}"
  line="b $E"
  for k in iptables ip6tables; do
    rd "$d/nf_call_$k" || x=-
    line="$line $x"
  done
  set -- "$2"/brif/*
  [ -L "$1" ] || [ -e "$1" ] || shift
  line="$line $#"
  n=0
  for d; do
    n=$((n + 1))
    [ $n -le 8 ] || break
    esc "${d##*/}"
    line="$line $E"
  done
  e "$line"
}

lists() {
  resolve "$1/modules.builtin" && scan 'k builtin' "^([^:]*/)?$ours\.ko\$" "$P"
  resolve "$1/modules.dep"
  case $? in
    0)
      scan 'k dep' "^([^:]*/)?$ours\.ko(\.[a-z0-9]+)?:.*" "$P"
      scan 'k needs' "^[^:]*:.*[ /]$named\.ko.*" "$P"
      ;;
    1) resolve "$1/modules.dep.bin" || e k nodep ;;
  esac
}

# The names of the directories in P, the newest release first: by their numbers, each of which goes before all letters.
newest() {
  for d in "$P"/*/; do
    d=${d%/}
    [ -d "$d" ] && esc "${d##*/}" && e "$E"
  done | awk '{k=$0;o="";while(match(k,/[0-9]+/)){o=o substr(k,1,RSTART-1)"~"substr("0000000000000000"substr(k,RSTART,RLENGTH),RLENGTH+1);k=substr(k,RSTART+RLENGTH)}print o k" "$0}' |
    sort -r | awk 'NR<66{print $2}'
}

# What explains why the kernel has something or lacks it.
kernel() {
  # NixOS has no /lib/modules.
  for base in /run/booted-system/kernel-modules/lib/modules /usr/lib/modules /lib/modules; do
    resolve "$base/$rel"
    s=$?
    [ $s = 0 ] && break
  done
  case $s in 0) e k dir 1 ;; 1) e k dir 0 ;; esac
  if [ $s = 0 ]; then
    lists "$base/$rel"
  fi
  resolve $base
  s=$?
  if [ $s = 1 ] || { [ $s = 0 ] && [ -r "$P" ]; }; then
    line='k installed' images='k images' n=0 list=$(newest)
    set --
    for d in $list; do
      n=$((n + 1))
      [ $n -le 64 ] || break
      line="$line $d"
      if resolve "/boot/vmlinuz-$d" || resolve "$base/$d/vmlinuz"; then images="$images $d"; fi
      [ "$d" = "$rel" ] || set -- "$@" "$d"
    done
    e "$line"
    e "$images"
    [ $n -le 64 ] || e k cut
  fi
  for x in /proc/config.gz "/boot/config-$rel" "/lib/modules/$rel/config"; do
    case $x in
      /proc/*) P=$x ;;
      *) resolve "$x" || continue ;;
    esac
    [ -f "$P" ] && [ -r "$P" ] || continue
    case $x in *.gz) x=$(gunzip -c <"$P" | grep -E "$config") ;; *) x=$(grep -E -m 8 "$config" "$P") ;; esac
    [ "$x" ] || continue
    set -f
    e k config $x
    set +f
    break
  done
  n=0
  for x; do
    n=$((n + 1))
    [ $n -le 8 ] || break
    e "k of $x"
    lists "$base/$x"
  done
}
config='^(# )?CONFIG_(BRIDGE_NETFILTER|NF_CONNTRACK|MODULES)(=[ymn]| is not set)$'

# Process 1 of the kernel's first pid namespace (a number that is part of its interface) is in no container, whatever an image
# left behind; without root process 1 does not show it, but a process of this very host that is in that namespace and in the
# first host name's too is in no container either. Else the first hint wins. systemd writes /run/systemd/container whenever it runs in a container; what another process 1 knows
# is in its environment only. The reader's own control group (kubepods) says nothing of the node, process 1's does.
container() {
  x=$(readlink "$I/ns/pid")
  [ "$mode" = local ] && [ "$(readlink /proc/self/ns/uts)" = 'uts:[4026531838]' ] && x=$(readlink /proc/self/ns/pid)
  [ "$x" = 'pid:[4026531836]' ] && e o container && return
  if resolve /run/systemd/container && rd "$P" && [ "$x" ]; then hint "$x" && return; fi
  x=$(tr '|\000' '_|' <"$I/environ")
  s=$? x="|$x"
  case $x in *'|container='?*)
    x=${x#*|container=}
    hint "${x%%|*}"
    return
    ;;
  esac
  resolve /run/.containerenv && hint podman && return
  resolve /.dockerenv && hint docker && return
  while read -r x; do
    for k in docker lxc libpod kubepods; do
      case $x in */"$k"[/.:-]*) hint $k && return ;; esac
    done
  done <"$I/cgroup" || return
  if [ $s = 0 ] || { rd "$I/comm" && [ "$x" = systemd ]; }; then e o container; fi
}

hint() {
  esc "$1"
  e "o container $E"
}

boot() {
  rd /proc/sys/kernel/random/boot_id && e "i boot $x"
  rd /proc/cmdline && e "a $x"
  [ "$own" ] && return
  if rd "$I/comm" && [ "$x" ]; then
    esc "$x"
    e "i comm $E"
  fi
}

# The first directory that has the unit decides. An empty file masks it as well as a link to /dev/null. One of the node's own that
# starts something else, and a drop-in that adds a command or a condition, make of it something that nobody knows.
masks() {
  masked='' absent='' replaced=''
  for x in systemd-sysctl.service systemd-modules-load.service; do
    for d in $dirs; do
      resolve $d/systemd/system/$x
      s=$?
      [ $s = 2 ] && return
      [ $s = 0 ] || [ "$P" = "$R/dev/null" ] && break
    done
    if [ "$P" = "$R/dev/null" ] || { [ -f "$P" ] && ! [ -s "$P" ]; }; then
      masked="$masked $x"
    elif [ $s = 1 ]; then
      absent="$absent $x"
    else
      changed=
      case $d in /etc | /run | /usr/local/lib)
        commands '' "$P" || return
        case $found in *' '* | *"$nl"*) changed=1 ;; ExecStart=*/"${x%.service}") ;; *) changed=1 ;; esac
        ;;
      esac
      for d in $dirs; do
        resolve $d/systemd/system/$x.d || continue
        for f in "$P"/*.conf; do
          resolve "$d/systemd/system/$x.d/${f##*/}" || continue
          commands '|Condition|Assert' "$P" || return
          [ "$found" ] && changed=1
        done
      done
      [ "$changed" ] && replaced="$replaced $x"
    fi
  done
  e "i masked$masked"
  [ "$absent" ] && e "i absent$absent"
  [ "$replaced" ] && e "i replaced$replaced"
}

# The lines of a unit that say what it runs, in found.
commands() {
  found=
  [ "$2" = "$R/dev/null" ] && return
  [ -f "$2" ] && [ -r "$2" ] && found=$(grep -E "^[[:space:]]*(Exec$1)" "$2")
  [ $? -lt 2 ] && [ -r "$2" ]
}

# The mounts of process 1, walked from the top as the kernel does: one that came later may hide what is below it.
layers() {
  D=
  for x in /etc /etc/sysctl.d /etc/modules-load.d /var/lib; do
    resolve $x
    D="$D ${P#"$R"}/"
  done
  x=$(awk -v D="$D" "$layers" "$I/mountinfo") && e "n fs$x"
}
layers='function at(p,c,b,i){for(c=top;;c=b){b=0;for(i in M)if(U[i]==c&&i!=c&&index(p,M[i])==1&&(!b||length(M[i])<length(M[b])))b=i;if(!b)return c}}'
layers=$layers'{k=$1;U[k]=$2;M[k]=$5;sub(/\/*$/,"/",M[k]);sub(/.* - /,"");T[k]=$1;if(match($3,/upperdir=[^,]*/))O[k]=substr($3,RSTART+9,RLENGTH-9)"/"}'
layers=$layers'END{for(k in M)if(M[k]=="/"&&(U[k]==k||!(U[k] in M)))top=k;if(!top)exit 1;n=split(D,d);for(k=1;k<=n;k++){c=at(d[k]);if(c in O)c=at(O[c]);printf " %s",T[c]}}'

# Services in OpenRC's runlevels.
runlevels() {
  resolve /etc/runlevels || return
  line='i runlevels'
  for x in "$P"/*/modules "$P"/*/sysctl; do
    [ -L "$x" ] && line="$line ${x#"$P/"}"
  done
  e "$line"
}

# A record between contents of files. They are told apart by a word that no file can know.
r() { printf '\n%s %s\n' "$N" "$*"; }

# file SECTION PATH [listed]: its record and its content, at most 64 KiB (one byte more tells that there is more).
# Nothing but a regular file is opened: a FIFO would wait for ever.
file() {
  esc "$2"
  line=$E
  resolve "$2"
  s=$? at=$P
  [ $s = 1 ] && ! [ "$3" ] && return 1
  [ $hops -gt 40 ] && s=3
  if [ $hops -gt 0 ] && resolve "${2%/*}" && x=$(readlink "$P/${2##*/}"); then
    esc "$x"
    line="$line $E"
  fi
  # An empty unit is masked, too; empty drop-ins and rules say nothing anyway.
  if [ "$at" = "$R/dev/null" ] || { [ $1 = u ] && [ -f "$at" ] && ! [ -s "$at" ]; }; then
    r "$1 0 $line"
  elif [ $s = 2 ]; then
    r "$1 ! $line"
  elif ! [ -f "$at" ]; then
    r "$1 ? $line"
  elif ! [ -r "$at" ]; then
    r "$1 ! $line"
  else
    r "$1 + $line"
    head -c 65537 "$at" || r "$1 e"
  fi
}

# confs SECTION DIRECTORY: all its *.conf, by name. A list that is not whole would be worse than none: fails, the section is left out.
confs() {
  resolve "$2"
  s=$? c=$1 dir=$2 d=$P
  [ $s = 1 ] && return 0
  # /lib is /usr/lib on most systems.
  case "$seen" in *"|$d|"*) return 0 ;; esac
  seen="$seen|$d|"
  if [ $s = 2 ] || ! [ -r "$d" ] || ! [ -x "$d" ]; then
    r "$c ! $dir"
    return 0
  fi
  set -- "$d"/*.conf
  [ $c != m ] || set -- "$d"/*
  [ $# -le 200 ] || return
  for f; do
    # A list of another name is not read: it is told of where it names the module.
    case $f in
      *.conf) ;;
      *) [ -f "$f" ] && ! [ -L "$f" ] && head -c 65536 "$f" | grep -q $named || continue ;;
    esac
    if [ -e "$f" ] || [ -L "$f" ]; then file $c "$dir/${f##*/}" listed; fi
  done
}

# section LETTER NAME FILE…
section() {
  c=$1 n=$2
  shift 2
  seen=
  for dir in $dirs; do
    confs $c $dir/$n || { r n dropped $c; return; }
  done
  for f; do file $c $f; done
  r $c end
}

cni() {
  resolve /etc/cni/net.d
  case $? in 1) r c end && return ;; 2) return ;; esac
  d=$P
  [ -r "$d" ] && [ -x "$d" ] || return
  for f in "$d"/*; do
    case $f in *.conf | *.conflist | *.json) ;; *) continue ;; esac
    resolve "/etc/cni/net.d/${f##*/}" && [ -f "$P" ] || continue
    file c "/etc/cni/net.d/${f##*/}"
    break
  done
  r c end
}

# names KIND: adds to found what files of this kind name br_netfilter, whatever else they are called. A file that is too large to be
# searched is taken for one that does. Fails where there is more than is gone through. find follows no link.
names() {
  k=$1 seen=
  for dir in $dirs; do
    dir=$dir/$k
    resolve $dir
    [ $? != 1 ] || continue
    d=$P
    case "$seen" in *"|$d|"*) continue ;; esac
    seen="$seen|$d|"
    if ! [ -r "$d" ] || ! [ -x "$d" ]; then
      r "u ! $dir"
      continue
    fi
    find "$d" | awk 'END{exit NR>4000}' || return
    set -f
    IFS=$nl
    set -- $(find "$d" \( -type l -o -size +2048 -o ! -perm -4 \) -print -o -type f -exec grep -l $named {} +)
    unset IFS
    set +f
    for x; do consider "${x#"$d/"}"; done
  done
}

# Adds the unit, or whatever this file makes, to found.
consider() {
  n=$1
  if [ -d "$d/$n" ] && ! [ -L "$d/$n" ] && [ -r "$d/$n" ] && [ -x "$d/$n" ]; then return; fi
  # The rest of a name with a newline in it does not exist.
  if [ -d "$d/$n" ] && ! [ -L "$d/$n" ] || ! [ -e "$d/$n" ] && ! [ -L "$d/$n" ]; then
    r "u ! $dir"
    return
  fi
  case $n in
    *.wants/*$named* | *.requires/*$named*) ;;
    *.wants/* | *.requires/*) [ -L "$d/$n" ] && return ;;
    *)
      resolve "$dir/$n"
      [ -f "$P" ] || return
      [ "$(find "$P" -size +128)" ] || ! [ -r "$P" ] || head -c 65536 "$P" | grep -q $named || return
      ;;
  esac
  case $n in
    *.d/*) n=${n%%.d/*} ;;
    *.wants/* | *.requires/*) n=${n##*/} ;;
  esac
  add $k "$n"
}

# An instance of a template has the template's files as well; any unit may want one of modprobe@.service.
add() {
  case "$found$nl" in *"$nl$1/$2$nl"*) return ;; esac
  found=$found$nl$1/$2
  case $1/$2 in
    */*@?*.service) add $1 "${2%%@*}@.service" ;;
    *.service) add $1 modprobe@.service ;;
  esac
}

# group KIND/NAME: the files that make it what it is, wherever they stand, and what wants it. Fails where there are too many.
group() {
  n=${1##*/} seen=
  for dir in $dirs; do
    dir=$dir/${1%/*}
    resolve $dir
    d=$P
    case "$seen" in *"|$d|"*) continue ;; esac
    seen="$seen|$d|"
    if [ -L "$d/$n" ] || [ -e "$d/$n" ]; then file u "$dir/$n" listed; fi
    resolve "$dir/$n.d" || P=
    set -- "$1" ${P:+"$P"/*.conf}
    [ $# -le 32 ] || return
    for f; do
      case $f in /*) if [ -L "$f" ] || [ -e "$f" ]; then file u "$dir/$n.d/${f##*/}" listed; fi ;; esac
    done
    for f in "$d"/*.wants/"$n" "$d"/*.requires/"$n"; do
      [ -L "$f" ] || [ -e "$f" ] || continue
      f=${f#"$d/"}
      resolve "$dir/$f"
      x=
      [ "$P" = "$R/dev/null" ] && x=' 0'
      esc "$f"
      r "i wanted $E$x"
    done
  done
}

# Files of other kinds that name br_netfilter, with all that completes or replaces them.
mentions() {
  command -v find >/dev/null || return 0
  found=
  for x in systemd/system udev/rules.d dracut.conf.d mkinitcpio.conf.d; do names $x || return; done
  set -f
  IFS=$nl
  set -- $found
  unset IFS
  set +f
  [ $# -le 16 ] || return
  for x; do group "$x" || return; done
  for x in /etc/initramfs-tools/modules /etc/dracut.conf /etc/mkinitcpio.conf /etc/sysconfig/kernel; do file u $x; done
  r u end
}

files() {
  (mentions) || r n dropped u
  file o /etc/os-release || file o /usr/lib/os-release
  cni
  section p modprobe.d
  section m modules-load.d /etc/modules
  section s sysctl.d /etc/sysctl.conf
  r
}

# Only lines of other subsystems go, by the literal beginning of their key, so that no spelling hides one that matters. What has
# a carriage return (or was a NUL) inside stays, because systemd ends a line there. A modprobe.d file with a continued line
# stays as it is: even a comment can be continued. Continued lines of units and rules are joined, without the comments among them,
# at the first one's number.
filter='function keep(l,k){if(l~/\r./)return 1;if(l~/^[ \t\r]*$/)return 0;'
filter=$filter'if(l~(c=="p"?"^[ \t]*#":"^[ \t]*[#;]"))return 0;'
filter=$filter'if(c=="p")return l~/br[-_]netfilter|bridge|stp|llc|nf[-_]|x[-_]tables|xt[-_]|ip6?[-_]?tables|ipv6|net-pf-10|crc32c|[*?[]/;'
filter=$filter'if(c=="u")return l~/br[-_]netfilter|GOTO|^[ \t]*(Exec|Default|Before|After|Cond|Assert|User|Dyn|Prot|Cap|Root|Priv)/;if(c!="s")return 1;k=l;sub(/^[ \t-]*/,"",k);sub(/=.*/,"",k);if(k~/\.\.|modules_d|[*?[{]/)return 1;'
filter=$filter'return k!~/^((kernel|vm|fs|dev|user|abi|debug)[.\/]|net[.\/](core|unix|ipv4[.\/](tcp|udp|icmp|igmp|neigh)|ipv6[.\/](icmp|neigh)))/}'
filter=$filter'function put(t){o+=length(t)+4;if(o>262144)return 0;print c" "t;return 1}'
filter=$filter'function types(s,v,j){while(j++<16&&match(s,/"type"[ \t\r]*:[ \t\r]*"[^"]*"/)){'
filter=$filter'v=substr(s,RSTART,RLENGTH);s=substr(s,RSTART+RLENGTH);sub(/"$/,"",v);sub(/.*"/,"",v);put("type "v)}}'
filter=$filter'function join(i){for(i=1;i<=n;i++)if(L[i]~/^[ \t]*[#;]/)L[i]=i>1&&L[i-1]~/\\$/?"\\":"";'
filter=$filter'for(i=n;i>1;i--)if(L[i-1]~/\\\r?$/){sub(/\\\r?$/," ",L[i-1]);L[i-1]=L[i-1] L[i];L[i]=""}}'
filter=$filter'function flush(i,w,s){if(b>65537){n--;print c" t"}else if(L[n]=="")n--;if(c=="u")join();'
filter=$filter'for(i=1;i<=n;i++){if(c=="p"&&L[i]~/\\\r?$/)w=1;if(c=="c")s=s" "L[i]}if(c=="c")types(s);'
filter=$filter'else for(i=1;i<=n;i++)if(c=="o"?L[i]~/^(ID|ID_LIKE|VERSION_ID|VARIANT_ID|PRETTY_NAME)=/:w||keep(L[i]))'
filter=$filter'if(!put(i" "L[i])){print c" t";break}}'
filter=$filter'index($0,N)==1{if(n)flush();n=b=0;$0=substr($0,length(N)+2);if($0!="")print;c=substr($0,1,1);next}'
filter=$filter'{b+=length($0)+1;L[++n]=$0}'

text() {
  e np 1
  running
  boot
  if ! [ "$own" ] && [ -d "$R/." ]; then
    bridges
    kernel
    container
    masks
    layers
    runlevels
    rd /proc/sys/kernel/random/uuid && N=$x && files | tr '\000' '\r' | awk -v N="$N" "$filter"
  fi
}

# The text's end, which says what is missing.
finish() {
  [ "$gone" ] && e "n dropped$gone" && e n log
  e n end
}

# The envelope of $1, in E: np1 ENCODING LENGTH CRC PAYLOAD. Where gzip or base64 is missing: one line of ASCII, a tab for each
# end of a line. Where cksum is missing (Debian's static busybox): "-", because gzip brings a checksum of its own.
pack() {
  k=gz p=$({ e "$1" && finish; } | gzip -9 | base64 | tr -d '\n')
  [ "$p" ] || k=raw p=$({ e "$1" && finish; } | tr '\t\n' ' \t' | tr -c '\t -~' '~')
  x=$(printf %s "$p" | cksum)
  x=${x%% *}
  E="np1 $k ${#p} ${x:--} $p"
}

# The kubelet keeps the last 4096 bytes of an answer. What does not fit is left out, the least needed first; the log gets it all.
deliver() {
  t=$(text) gone=
  pack "$t"
  all=$E
  for c in s u m p a i c o k b; do
    [ ${#E} -le 4096 ] && break
    gone="$gone $c"
    t=$(e "$t" | grep -v "^$c ")
    pack "$t"
  done
  printf %s "$E" >"$out"
  [ "$gone" ] && e "$all"
}

gone=
if [ "$out" ]; then deliver; else text; finish; fi
exit 0
