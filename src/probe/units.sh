# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
# Units and udev rules that name a module whose loading at boot is followed.

# names KIND: adds to found what files of this kind name one of these modules, whatever else they are called. A file that is too large
# to be searched is taken for one that does. Fails where there is more than is gone through. find follows no link.
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
    set -- $(find "$d" \( -type l -o -size +2048 -o ! -perm -4 \) -print -o -type f -exec grep -lE "$named" {} +)
    unset IFS
    set +f
    for x; do consider "${x#"$d/"}"; done
  done
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
      [ "$(find "$P" -size +128)" ] || ! [ -r "$P" ] || head -c 65536 "$P" | grep -qE "$named" || return
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

# Files of other kinds that name one of these modules, with all that completes or replaces them.
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
