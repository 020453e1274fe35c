# The running kernel and the other installed ones: what they have of the modules and options that were asked for.

# lists DIRECTORY: what a kernel has of the modules. Where it cannot tell what they need, unlisted says so.
lists() {
  resolve "$1/modules.builtin" && scan 'k builtin' "^([^:]*/)?($ours)\.ko\$" "$P"
  resolve "$1/modules.dep"
  case $? in
    0)
      dependencies 'k dep' "^([^:]*/)?($ours)\.ko(\.[a-z0-9]+)?:.*" "$P" || unlisted=1
      [ "$named" ] && dependencies 'k needs' "^[^:]*:.*[ /]($named)\.ko.*" "$P"
      ;;
    1) if resolve "$1/modules.dep.bin"; then unlisted=1; else e k nodep; fi ;;
    *) unlisted=1 ;;
  esac
}

# dependencies RECORD PATTERN FILE: lines of modules.dep, with the mere names of what a module needs. Collects both in related: what
# modprobe.d says of these matters, too.
dependencies() {
  matches "$2" "$3" || return
  line=$1
  set -f
  for x in $x; do
    case $x in
      *:) ;;
      *)
        x=${x##*/}
        x=${x%%.ko*}
        ;;
    esac
    line="$line $x"
    related="$related $x"
  done
  set +f
  e "$line"
}

# What explains why the kernel has something or lacks it.
kernel() {
  # NixOS has no /lib/modules.
  for base in /run/booted-system/kernel-modules/lib/modules /usr/lib/modules /lib/modules; do
    resolve "$base/$rel"
    s=$?
    [ $s = 0 ] && break
  done
  # None of an image's kernels runs.
  if [ "$rel" ]; then
    case $s in 0) e k dir 1 ;; 1) e k dir 0 ;; *) unlisted=1 ;; esac
    [ $s = 0 ] && lists "$base/$rel"
  fi
  resolve $base
  s=$?
  if [ $s = 1 ] || { [ $s = 0 ] && [ -r "$P" ]; }; then
    line='k installed' images='k images'
    set --
    for d in "$P"/*; do
      d=${d##*/}
      # A link is followed on the node.
      resolve "$base/$d" && [ -d "$P" ] || continue
      [ $# -lt 32 ] || { e k cut && break; }
      esc "$d"
      line="$line $E"
      if resolve "/boot/vmlinuz-$d" || resolve "$base/$d/vmlinuz"; then images="$images $E"; fi
      [ "$d" = "$rel" ] || set -- "$@" "$E"
    done
    e "$line"
    e "$images"
  fi
  for x; do
    e "k of $x"
    lists "$base/$x"
  done
}

# options: those of the running kernel's configuration, from the first place that has it.
options() {
  set -- "^(# )?($wanted_options)(=[ymn]| is not set)\$"
  for x in /proc/config.gz "/boot/config-$rel" "/lib/modules/$rel/config"; do
    case $x in
      /proc/*) P=$x ;;
      *) resolve "$x" || continue ;;
    esac
    [ -f "$P" ] && [ -r "$P" ] || continue
    case $x in *.gz) x=$(gunzip -c <"$P" | grep -E "$1") ;; *) x=$(grep -E -m $most "$1" "$P") ;; esac
    [ "$x" ] || continue
    set -f
    e k config $x
    set +f
    break
  done
}
