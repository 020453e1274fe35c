# The networks that are connected to each interface, of /proc/net/route and /proc/net/ipv6_route: per line its name and at most 4 of them, in
# hexadecimal as there. Left out are routes through a gateway, the default route, the loopback, link-local ones and multicast.
NF >= 11 && $1 != "Iface" && $3 == "00000000" && $2 != "00000000" { add($1, $2 "/" $8) }
NF == 10 && $10 != "lo" && $5 ~ /^0+$/ && $1 !~ /^(0+$|fe80|ff)/ { add($10, $1 "/" $2) }
function add(name, net) {
  if (name in count) {
    if (++count[name] <= 4) nets[name] = nets[name] " " net
  } else {
    count[name] = 1
    nets[name] = net
    names[++n] = name
  }
}
END { for (i = 1; i <= n && i <= 512; i++) print names[i], nets[names[i]] }
