# What starts the services that apply the configuration at boot, and what their files lie on.

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
# starts something else, and a drop-in that adds a command or a condition, make of it something that nobody knows; not so one that the
# distribution brings and that only runs something before (SUSE: systemd-sysctl with /boot/sysctl.conf-RELEASE).
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
        commands Exec "$P" || return
        case $found in *' '* | *"$nl"*) changed=1 ;; ExecStart=*/"${x%.service}") ;; *) changed=1 ;; esac
        ;;
      esac
      for d in $dirs; do
        resolve $d/systemd/system/$x.d || continue
        changing='Exec|Condition|Assert'
        case $d in /usr/lib | /lib) changing='Exec(Start|StartPost|Condition)=|Condition|Assert' ;; esac
        for f in "$P"/*.conf; do
          resolve "$d/systemd/system/$x.d/${f##*/}" || continue
          commands "$changing" "$P" || return
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
  [ -f "$2" ] && [ -r "$2" ] && found=$(grep -E "^[[:space:]]*($1)" "$2")
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

# Services in OpenRC's runlevels: those that read the files, and agents that set sysctls.
runlevels() {
  resolve /etc/runlevels || return
  line='i runlevels'
  for x in modules sysctl docker k3s k0scontroller k0sworker; do
    for f in "$P"/*/$x; do
      [ -L "$f" ] && line="$line ${f#"$P/"}"
    done
  done
  e "$line"
}
