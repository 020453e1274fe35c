# What is looked at once more before the first write, where a plan wants it. Part of the script of such a plan only.

# Bridge netfilter sends what pods on one bridge say to each other through FORWARD, where a policy of DROP ends it unless a rule accepts
# it. Read without side effects: iptables would load what it asks for, so it is asked for what is there only. What cannot be read
# is not refused.
check_forward() {
  for v in '' 6; do
    x=$(cat /proc/net/ip${v}_tables_names)
    case $nl$x$nl in *"${nl}filter$nl"*) legacy && drops && dropping "ip${v}tables -S FORWARD" ;; esac
  done
  has_nft || return 0
  if find_program nft; then
    x=$(ask list chains | awk '$1=="table"{t=$2" "$3}$1=="chain"{c=$2}/hook forward/&&/policy drop/&&t~/^(ip|ip6|inet) /{print t,c}')
    [ -z "$x" ] || dropping "nft list chain ${x%%"$nl"*}"
    return 0
  fi
  for v in '' 6; do
    find_program ip${v}tables && case $(ask -V) in *'(nf_tables)'*) drops && dropping "ip${v}tables -S FORWARD" ;; esac
  done
  return 0
}

dropping() { refuse forward "with bridge netfilter, packets between pods pass FORWARD, whose policy is DROP ($1)"; }

# Another program may hold the lock of iptables for a moment.
drops() {
  x=$(ask -w 3 -t filter -S FORWARD) || x=$(ask -t filter -S FORWARD) || return
  case $x in '-P FORWARD DROP'*) ;; *) return 1 ;; esac
}
