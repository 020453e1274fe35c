# Applies the sysctl files of made-up nodes with the real programs, inside of namespaces of its own.
#   sysctl-real.sh DIRECTORY KEYS OTHERS < TREES
# TREES has lines `NUMBER BRIDGE START SERVICE PATH=VALUE…`: the node's root is DIRECTORY/NUMBER, BRIDGE 0 hides br_netfilter's keys
# from the programs, START 1 begins `sysctl --system` with other values than the kernel's defaults, SERVICE 0 leaves systemd-sysctl out, and
# the rest is written first, as the kernel does with its command line. OTHERS are commands that give
# every boot its other values, without a process of their own. Prints `keys KEY…`, those that there are, and then
# `NUMBER WHEN VALUE…`, a plus for blanks in a value, a dash for an empty one. What systemd-sysctl says of its work is left in DIRECTORY/NUMBER.log.
directory=$1 keys=$2 others=$3
export LC_ALL=C
mount --make-rprivate / || exit
mkdir -p "$directory/empty"

put() { [ ! -e "/proc/sys/$1" ] || echo "$2" >"/proc/sys/$1"; }

# The order matters: some set others.
start() {
  put net/ipv4/ip_forward $1
  put net/ipv6/conf/all/forwarding $1
  put net/ipv6/conf/all/disable_ipv6 $1
  put net/ipv4/conf/default/forwarding 0
  put net/ipv6/conf/default/forwarding 0
  put net/ipv6/conf/default/disable_ipv6 0
  put net/bridge/bridge-nf-call-iptables $2
  put net/bridge/bridge-nf-call-ip6tables $2
  eval "$others"
}

# By one program, because /proc/sys hands a number out to its first read only, and the shell's own read takes a byte at a time.
show() { echo "$1" "$2" $(cd /proc/sys && sed 's/[[:blank:]]\{1,\}/+/g; s/^$/-/' $there); }

there=
for key in $keys; do [ ! -e "/proc/sys/$key" ] || there="$there $key"; done
echo keys$there

inside() { chroot "$directory/$1" /tools/ld.so --library-path /tools "/tools/$2" $3; }
export SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_COLOR=0 SYSTEMD_LOG_LOCATION=0

# What the kernel has done before process 1.
boot() {
  start 0 1
  for parameter in $parameters; do
    [ ! -e "/proc/sys/${parameter%%=*}" ] || printf %s "${parameter#*=}" >"/proc/sys/${parameter%%=*}"
  done 2>/dev/null
}

# As udev runs it for an interface; one tree in five shows that.
late='--prefix=/net/ipv4/conf/lo --prefix=/net/ipv4/neigh/lo --prefix=/net/ipv6/conf/lo --prefix=/net/ipv6/neigh/lo'

while read -r number bridge begin service parameters; do
  proc=$directory/$number/proc
  mount --rbind /proc "$proc" || exit
  [ "$bridge" = 1 ] || [ ! -e /proc/sys/net/bridge ] || mount --bind "$directory/empty" "$proc/sys/net/bridge" || exit
  boot
  if [ $((number % 5)) = 0 ]; then
    inside "$number" systemd-sysctl "$late" >/dev/null 2>&1
    show "$number" late
    boot
  fi
  [ "$service" = 0 ] || inside "$number" systemd-sysctl >"$directory/$number.log" 2>&1
  show "$number" boot
  if [ "$begin" = 1 ]; then start 1 0; else start 0 1; fi
  show "$number" now
  inside "$number" sysctl --system >/dev/null 2>&1
  show "$number" reapply
  umount -R "$proc" || exit
done
