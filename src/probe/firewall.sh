# What packets pass that the node forwards, read without side effects: programs of packet filters load what they ask the kernel for, so that each is
# asked only where the kernel has it already. nft stands in for the iptables of nf_tables, which may load nft_compat to say what it sees.

firewall() {
  limit='' show=-S line='w unread'
  command -v timeout >/dev/null && limit=timeout || { find_program timeout && limit=$program; }
  read -r until x </proc/uptime
  until=$((${until%.*} + 4))
  for v in '' 6; do
    [ -e /proc/net/ip${v}_tables_names ] || continue
    x=$(cat /proc/net/ip${v}_tables_names) || { line="$line ip$v" && continue; }
    case $x in *filter*) ;; *) continue ;; esac
    legacy && { x=$(ask -w 1 -S FORWARD) || x=$(ask -S FORWARD); } && chain legacy ip$v filter FORWARD || line="$line ip$v"
  done
  if has_nft; then
    find_program nft && x=$(ask list chains) && base_chains || line="$line nft"
  fi
  e "$line${nl}w end"
}

# The first eight chains in x, the list of all, that see each packet which is forwarded. Names of them that nft could take for more are not asked for.
base_chains() {
  set -f
  IFS=$nl
  set -- $(e "$x" | awk '$1=="table"{t=$2" "$3}$1=="chain"{c=$2}/hook forward/&&t~/^i/{print t,c}')
  unset IFS
  set +f
  [ $# -le 8 ] || return
  for c; do
    case $c in *' -'* | *[!-A-Za-z0-9_./\ ]*) return 1 ;; esac
    show="list chain ${c% *}"
    x=$(ask $show ${c##* }) || return
    chain nft $c
  done
}

# chain KIND FAMILY TABLE CHAIN: its records. x is what the program said of it; counters would only fill the answer. Where FORWARD goes to the chain
# that docker keeps for administrators, those of that one, as show asks for it, come after it.
chain() {
  e w c "$@"
  e "$x" | awk '{sub(/^[ \t]+/,"");gsub(/counter packets [0-9]+ bytes [0-9]+ ?/,"")}!/^(table|chain|[}])/&&++n<50{print "w r "substr($0,1,240)}'
  case $4$x in FORWARD*R-USER*) x=$(ask $show DOCKER-USER) && chain $1 $2 $3 DOCKER-USER ;; esac
  :
}

# What the program says, in what is left of the time for all of them; nothing is asked that could not be ended.
ask() {
  read -r now x </proc/uptime
  left=$((until - ${now%.*}))
  [ "$limit" ] && [ $left -gt 0 ] && $limit $left $program "$@" </dev/null
}
