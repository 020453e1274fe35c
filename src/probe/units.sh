# Units, udev rules and scripts that load a module whose loading at boot is followed, or set a sysctl of the network.

# names KIND PATTERN: adds to found what files of this kind match, whatever else they are called. A file that is too large
# to be searched is taken for one that does. Fails where there is more than is gone through. find follows no link.
names() {
  k=$1 pattern=$2 seen=
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
    set -- $(find "$d" \( -type l -o -size +2048 -o ! -perm -4 \) -print -o -type f -exec grep -lE "$pattern" {} +)
    unset IFS
    set +f
    for x; do consider "${x#"$d/"}"; done
  done
  # Whatever the last of them came to, all were considered.
  return 0
}

# Whether a name has one of the modules that are followed in it, in either spelling. No program is run: there are many names.
names_module() {
  m=$1
  until [ "${m#*-}" = "$m" ]; do m=${m%%-*}_${m#*-}; done
  for x in $persistent; do
    case $m in *"$x"*) return ;; esac
  done
  return 1
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
    *.wants/* | *.requires/*) names_module "${n##*/}" || ! [ -L "$d/$n" ] || return ;;
    *)
      resolve "$dir/$n"
      [ -f "$P" ] || return
      [ "$(find "$P" -size +128)" ] || ! [ -r "$P" ] || head -c 65536 "$P" | grep -qE "$pattern" || return
      ;;
  esac
  case $n in
    *.d/*) n=${n%%.d/*} ;;
    *.wants/* | *.requires/*) n=${n##*/} ;;
  esac
  add $k "$n"
}

# A service may be started by a timer of its name. An instance of a template has the template's files as well; any unit may want one of modprobe@.service.
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
  part "$1" && case $1 in *.service) part "${1%.service}.timer" ;; esac
}

part() {
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
    for f in "$d"/*.wants "$d"/*.requires; do
      f=${f#"$d/"}
      resolve "$dir/$f" || continue
      [ -L "$P/$n" ] || [ -e "$P/$n" ] || continue
      f=$f/$n
      resolve "$dir/$f"
      x=
      [ "$P" = "$R/dev/null" ] && x=' 0'
      esc "$f"
      r "i wanted $E$x"
    done
  done
}

# Scripts that the boot runs where its units do not name them, and files by which other programs set sysctls or load modules.
LOCAL='/etc/rc.modules /etc/rc.local /etc/rc.d/rc.local /etc/sysconfig/modules/*.modules /etc/init.d/boot.local /etc/local.d/*.start'
OTHERS='/etc/network/interfaces /etc/network/interfaces.d/* /etc/network/if-*up.d/* /etc/NetworkManager/dispatcher.d/* '
OTHERS=$OTHERS'/etc/NetworkManager/dispatcher.d/pre-up.d/* /etc/networkd-dispatcher/*.d/* /etc/crontab /etc/cron.d/* /var/spool/cron/root '
OTHERS=$OTHERS'/var/spool/cron/crontabs/root /etc/sysconfig/network/ifsysctl* /etc/systemd/networkd.conf '
OTHERS=$OTHERS'/etc/systemd/networkd.conf.d/*.conf /etc/systemd/network/*.network /run/systemd/network/*.network '
OTHERS=$OTHERS'/etc/init.d/* /etc/systemd/system-generators/* /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg '
OTHERS=$OTHERS'/var/lib/cloud/scripts/per-boot/* /etc/initramfs-tools/scripts/*/* /etc/initramfs-tools/hooks/* /etc/docker/daemon.json '
OTHERS=$OTHERS'/etc/libvirt/qemu/networks/autostart/*.xml /etc/firewalld/zones/*.xml /etc/firewalld/policies/*.xml /etc/frr/frr.conf '
OTHERS=$OTHERS'/etc/frr/zebra.conf /etc/quagga/zebra.conf /etc/systemd/network/*.network.d/*.conf /var/lib/cloud/instance/*cloud-config.txt '
OTHERS=$OTHERS'/var/lib/cloud/instance/boothooks/*'
# Of these, files that run scripts.
SCHEDULES='/etc/crontab /etc/cron.d/* /var/spool/cron/root /var/spool/cron/crontabs/root /etc/network/interfaces /etc/cloud/cloud.cfg.d/*.cfg'
AGENTS='k3s k3s-agent rke2-server rke2-agent k0scontroller k0sworker docker snap.microk8s.daemon-kubelite kops-configuration'

# The files of tuned's active profile, and of those that it includes.
tuned() {
  resolve /etc/tuned/active_profile && rd "$P" || return
  set -f
  seen='' todo=$x
  while [ "$todo" ]; do
    x=$todo todo=
    for n in $x; do
      case " $seen " in *" $n "*) continue ;; esac
      seen="$seen $n"
      for d in /etc/tuned /etc/tuned/profiles /usr/lib/tuned /usr/lib/tuned/profiles; do
        resolve "$d/$n/tuned.conf" || continue
        e "$d/$n/tuned.conf"
        todo="$todo $(awk '/^include *=/{sub(/^[^=]*=/,"");gsub(/,/," ");print}' "$P")"
        break
      done
    done
  done
  set +f
}

# matching PATTERN FILE…: of these files those that match and are small enough to be text.
matching() {
  m=$1
  shift
  [ $# = 0 ] || find "$@" -type f -size -129 -exec grep -lE "$m" {} +
}

# below PATTERN GLOB…: the files of the node whose content matches, by their names there. Links are followed inside of the node.
below() {
  pattern=$1
  shift
  set +f
  for glob; do
    dir=${glob%/*}
    case $dir in *'*'*) dir='' P=$R ;; *) resolve "$dir" || continue ;; esac
    d=$P
    for f in "$d"${glob#"$dir"}; do
      f=$dir${f#"$d"}
      resolve "$f" && [ -f "$P" ] && [ "$(matching "$pattern" "$P")" ] && e "$f"
    done
  done
  set -f
}

# named_in KIND FILE…: "FILE PATH", separated by tabs: in units (u) what they run, in scripts (s) what is not where programs are.
named_in() {
  m=$1
  shift
  [ $# = 0 ] || awk -v K="$m" "$named_paths" "$@" | while IFS=$tab read -r f x; do
    resolve "$x" && [ -f "$P" ] && e "$f$tab$x$tab$P"
  done
}

# column N: of what named_in found, each once.
column() { awk -F"$tab" -v n=$1 '!s[$n]++{print$n}'; }

# Units that run a script which matches, or a script that runs one, are added to found; the scripts' paths are left in ran.
scripts() {
  seen='' units=''
  for dir in $dirs; do
    resolve $dir/systemd/system || continue
    case "$seen" in *"|$P|"*) continue ;; esac
    seen="$seen|$P|"
    units=$units$nl$(find "$P" -type f \( -name '*.service' -o -path '*.service.d/*.conf' \))
  done
  set -f
  IFS=$nl
  booted=$(IFS=' ' && below "$touched" $LOCAL)
  pattern=$touched
  [ -z "$booted" ] || pattern="$touched|/etc/sysconfig/modules|/etc/rc[.](d/rc[.])?(local|modules)"
  by=$(named_in u $units)
  inner=$(named_in s $(matching '^#!' $(e "$by" | column 3)))
  set -- $(IFS=' ' && below . $SCHEDULES | while read -r x; do resolve "$x" && e "$P"; done)
  ran=$(named_in s "$@")
  set -- $(matching '^#!' $(e "$ran" | column 3))
  inner=$inner$nl$(e "$ran" | awk -F"$tab" -v H="$*" 'BEGIN{split(H,h,"\n");for(i in h)s[h[i]]}$3 in s')
  hits=$(matching "$pattern" $(e "$by$nl$inner" | column 3))
  ran=$(e "$by$nl--$nl$inner" | awk -F"$tab" -v H="$hits" "$traced")
  unset IFS
  for x in $ran; do
    case $x in
      unit:*) add systemd/system "${x#unit:}" ;;
    esac
  done
  for x in $booted; do
    case "$nl$ran$nl" in *"$nl$x$nl"*) ;; *) ran=$ran$nl$x ;; esac
    case $x in */rc.local) add systemd/system rc-local.service ;; esac
  done
  for x in $AGENTS; do
    for dir in $dirs; do resolve $dir/systemd/system/$x.service && add systemd/system $x.service && break; done
  done
  set +f
}

# script PATH: its record, with whether it may be executed, and all of it.
script() {
  resolve "$1" && [ -f "$P" ] || return
  case $(head -c 4 "$P" | tr -d '\000') in ?ELF) return ;; esac
  esc "$1"
  if ! [ -r "$P" ]; then
    r "u ! $E"
  else
    x=-
    [ -x "$P" ] && x=x
    r "u $x $E"
    head -c 65537 "$P" || r 'u e'
  fi
}

# Files of other kinds that name one of these modules, or a sysctl, with all that completes or replaces them.
mentions() {
  command -v find >/dev/null || return 0
  found=
  tab=$(printf '\t')
  names systemd/system "$touched" || return
  # Not systemd's own rule, which names no value. No module may be followed: an empty alternative would match every file.
  names udev/rules.d "${named:+$named|}net[./]bridge|net[./]ipv[46][./][a-z0-9_./*-]*=|>[ \"']*/proc/sys/net/ipv[46]/" || return
  for x in ${named:+dracut.conf.d mkinitcpio.conf.d}; do names $x "$named" || return; done
  scripts
  set -f
  IFS=$nl
  set -- $found
  unset IFS
  set +f
  [ $# -le 16 ] || return
  for x; do group "$x" || return; done
  for x in $ran; do
    case $x in unit:*) ;; *) script "$x" ;; esac
  done
  set -f
  x=
  resolve /etc/ufw/ufw.conf && grep -qi '^ENABLED=yes' "$P" && x=/etc/ufw/sysctl.conf
  for x in $(below "$touched|$switching" $OTHERS $x $(tuned)); do file u "$x"; done
  set +f
  for x in /etc/initramfs-tools/modules /etc/dracut.conf /etc/mkinitcpio.conf /etc/sysconfig/kernel; do file u $x; done
  r u end
}
