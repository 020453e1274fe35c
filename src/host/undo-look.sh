# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154
# (One of several files that are joined; lists of words are split on purpose.)
#
# Tells what undo.sh would do to a node, by the journal and by what is there now, for people who are to decide. It changes nothing and
# takes no lock; what undo.sh finds is what counts.
#
#   sh undo-look.sh MODE ROOT OUTPUT REQUEST
#
# Arguments and answer are undo.sh's: "restored" is what would be. "edited" tells of what stands in our file's place, when it is no
# file: link, directory, other.

# The journal's things, each once: what was there before the first write, and what the last one left. Values of other boots are past.
things='$1=="file"{if(!($5 in B)){B[$5]=$6;F[++f]=$5}A[$5]=$7}$1=="dir"&&!($5 in D){D[$5];E[++d]=$5}$1=="module"&&!($5 in M){M[$5];O[++m]=$5}'
things=$things'$1=="value"{if($4!=boot)P[$5];else{if(!($5 in W))V[++v]=$5;if(!($5 in W)||$6!=X[$5])W[$5]=$6;X[$5]=$7}}'
things=$things'END{for(i=1;i<=f;i++)print "file",F[i],B[F[i]],A[F[i]];for(i=d;i;i--)print "dir",E[i];for(i=v;i;i--)print "value",V[i],W[V[i]],X[V[i]]'
things=$things';for(i=1;i<=m;i++)print "module",O[i];for(p in P)if(!(p in W))print "past",p}'

# found PATH: what stands there, in x: "-", "=" and its content, or what it is when it is no file.
found() {
  if [ -L "$1" ]; then
    x='link'
  elif [ -d "$1" ]; then
    x=directory
  elif [ -f "$1" ]; then
    x="=$(base64 <"$1" | tr -d '\n')"
  elif [ -e "$1" ]; then
    x=other
  else
    x=-
  fi
}

# look KIND PATH BEFORE AFTER
look() {
  unword "$2"
  case $1 in
    file)
      resolve "${x%/*}"
      found "$P/${x##*/}"
      after=earlier
      [ "$3" != - ] || after=absent
      if [ "$x" = "$3" ]; then
        tell file $2 unchanged $after $after
      elif [ "$x" = "$4" ] || [ "$force" ]; then
        tell file $2 restored present $after
      else
        # A multiple of four digits, so that both can be decoded.
        edited="$edited${nl}edited $2 $(printf %.1201s "$4") $(printf %.1201s "$x")"
      fi
      ;;
    dir) if resolve "$x"; then tell dir $2 restored; fi ;;
    module) tell module $2 left - - 'it stays loaded until the next boot' ;;
    past) tell value $2 next-boot - - 'the node has been rebooted since: takes effect at the next boot' ;;
    value)
      sysctl_value "$x"
      # The interface is gone.
      [ "$x" != - ] || return 0
      word "$x"
      case $E in
        "$3") tell value $2 unchanged $3 $3 ;;
        "$4") tell value $2 restored $4 $3 ;;
        *) tell value $2 left $E $E 'the value is no longer the one that was written here' ;;
      esac
      ;;
  esac
}

# tell KIND PATH STATUS [BEFORE AFTER DETAIL]
tell() {
  word "$6"
  answers="$answers${nl}item $1 $2 $3 ${4:--} ${5:--} =$E"
}

mode=$1 R=$2 out=$3 request=$4 kind=netprereq-undo answer=np-undo
edited='' force=''
parse
case "$nl$others" in *"${nl}force$nl"*) force=1 ;; esac
rd /proc/sys/kernel/random/boot_id
boot=$x
resolve /var/lib/netprereq/journal
case $? in 1) finish unchanged ;; esac
rd "$P" && [ "$x" = 'netprereq-journal 1' ] || refuse journal '/var/lib/netprereq/journal is not one of this version'
IFS=$nl
set -- $(awk -v boot="$boot" "$things" "$P")
unset IFS
for line; do look $line; done
[ -z "$edited" ] || answers=$edited
[ -z "$edited" ] || refuse edited 'files have been edited since they were written here'
finish changed
