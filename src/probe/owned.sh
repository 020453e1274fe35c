# What earlier fixes have left on the node, byte for byte: the journal, and how all that it names is now. Part of the script only
# where somebody wants to change the node. Wants owned, paths of files that are looked at whatever the journal says. Words as in
# words.sh.

owned() {
  told='end'
  resolve $JOURNAL
  s=$?
  [ $s = 1 ] || told=$([ -f "$P" ] && { head -c 262145 "$P" && e && e eof; } | awk "$journal")
  case $nl$told in *"${nl}end") ;; *) e 'j ?' && told='end' ;; esac
  # A run that was killed may have made the directory alone.
  [ $s != 1 ] || told="dir ${JOURNAL%/*}${nl}end"
  for f in $owned $JOURNAL; do told="file $f$nl$told"; done
  seen=
  IFS=$nl
  for line in $told; do
    unset IFS
    set -- $line
    case $1 in j) e "$line" && continue ;; end) break ;; esac
    unword "$2"
    named=$x
    case $1 in
      dir) if resolve "$named"; then e "j d $2"; fi ;;
      # The kernel that runs is not an image's, whatever its journal says.
      value) [ "$mode" = image ] || value_of "$2" ;;
      file)
        content "$named"
        [ "$named" = $JOURNAL ] || { [ ${#x} -le 90000 ] || x='?' && e "j f $2 $x"; }
        while [ "$named" ]; do
          named=${named%/*}
          case $seen in *"|$named|"*) break ;; esac
          seen="$seen|$named|"
          resolve "$named" && [ -e "$P/$TEMPORARY" ] && word "$named/$TEMPORARY" && e "j t $E"
        done
        ;;
    esac
  done
  unset IFS
  e j end
}

# A value, and what is not like it of those that the kernel changes along with it.
value_of() {
  sysctl_value "$named"
  e "j v $1 $E"
  case $named in net/ipv4/ip_forward) kin=ipv4 ;; net/ipv6/conf/all/forwarding) kin=ipv6 ;; *) return ;; esac
  x=$(sides $kin "$E") || x='? ?'
  IFS=$nl
  for text in $x; do
    unset IFS
    e "j s $text"
  done
  unset IFS
}
