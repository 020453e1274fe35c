# Makes records of files: their lines that can matter to what was asked. Input: contents, with a record before each that begins with the
# word N, which no file can know. Variables: A, the paths of the sysctls that were asked for, with patterns; M, the modules that were
# asked for and what these need, as names or paths; B, a pattern of the modules that are followed through units and rules;
# U, not empty where it is not known what the modules need.
#
# What has a carriage return (or was a NUL) inside stays, because systemd ends a line there. A modprobe.d file with a continued line
# stays as it is: even a comment can be continued. Continued lines of units and rules are joined, without the comments among them, at
# the first number. No apostrophe may stand here: the program becomes a word of a shell script.
BEGIN {
  count = split(A, words, " ")
  for (i = 1; i <= count; i++) {
    asked[common(words[i])]
    split(words[i], parts, "/")
    subsystem[parts[1] "/" parts[2]]
  }
  count = split(M, words, " ")
  for (i = 1; i <= count; i++) wanted[module(words[i])]
}

# The path that a sysctl has for every interface: a line for one of them, or for those to come, can matter to another.
function common(path, p) {
  if (path !~ /^net\/ipv[46]\/(conf|neigh)\/[^\/]+\/[^\/]+$/) return path
  split(path, p, "/")
  return "net/" p[2] "/" p[3] "/*/" p[5]
}

function module(path) {
  sub(/.*\//, "", path)
  sub(/\.ko.*|:$/, "", path)
  gsub(/-/, "_", path)
  return path
}

# A line of sysctl.d goes only by the literal beginning of its key, so that no spelling hides one that matters.
function sets(k, p, w) {
  sub(/^[ \t-]*/, "", k)
  sub(/=.*/, "", k)
  sub(/[ \t\r]+$/, "", k)
  if (k ~ /[*?[{]|[.\/][.\/]/) return 1
  p = k
  # The separator that comes first decides which of the two it is.
  if (k ~ /^[^.\/]*\./) {
    gsub(/\./, ":", p)
    gsub(/\//, ".", p)
    gsub(/:/, "/", p)
  }
  if (common(p) in asked) return 1
  if (k ~ /^((kernel|vm|fs|dev|user|abi|debug)[.\/]|net[.\/](core|unix|ipv4[.\/](tcp|udp|icmp|igmp|neigh)|ipv6[.\/](icmp|neigh)))/) return 0
  if (k !~ /^net[.\/][a-z0-9_-]+[.\/]/) return 1
  split(p, w, "/")
  return ("net/" w[2]) in subsystem
}

# A line of modprobe.d stays where it names one of the modules, or may: by a pattern, or by taking an alias away.
function concerns(l, w, i, k) {
  if (U || l ~ /[*?[]|^[ \t]*alias[ \t]+[^ \t]+[ \t]+off[ \t\r]*$/) return 1
  k = split(l, w, /[^A-Za-z0-9_-]+/)
  for (i = 1; i <= k; i++) if (module(w[i]) in wanted) return 1
  return 0
}

function keep(l) {
  if (l ~ /\r./) return 1
  if (l ~ /^[ \t\r]*$/) return 0
  if (l ~ (c == "p" ? "^[ \t]*#" : "^[ \t]*[#;]")) return 0
  if (c == "p") return concerns(l)
  if (c == "u") return l ~ B || l ~ /GOTO|^[ \t]*(Exec|Default|Before|After|Cond|Assert|User|Dyn|Prot|Cap|Root|Priv)/
  return c != "s" || sets(l)
}

function put(t) {
  o += length(t) + 4
  if (o > 262144) return 0
  print c " " t
  return 1
}

function types(s, v, j) {
  while (j++ < 16 && match(s, /"type"[ \t\r]*:[ \t\r]*"[^"]*"/)) {
    v = substr(s, RSTART, RLENGTH)
    s = substr(s, RSTART + RLENGTH)
    sub(/"$/, "", v)
    sub(/.*"/, "", v)
    put("type " v)
  }
}

function join(i) {
  for (i = 1; i <= n; i++) if (L[i] ~ /^[ \t]*[#;]/) L[i] = i > 1 && L[i - 1] ~ /\\$/ ? "\\" : ""
  for (i = n; i > 1; i--) if (L[i - 1] ~ /\\\r?$/) {
    sub(/\\\r?$/, " ", L[i - 1])
    L[i - 1] = L[i - 1] L[i]
    L[i] = ""
  }
}

function flush(i, w, s) {
  if (b > 65537) {
    n--
    print c " t"
  } else if (L[n] == "") n--
  if (c == "u") join()
  for (i = 1; i <= n; i++) {
    if (c == "p" && L[i] ~ /\\\r?$/) w = 1
    if (c == "c") s = s " " L[i]
  }
  if (c == "c") types(s)
  else for (i = 1; i <= n; i++)
    if (c == "o" ? L[i] ~ /^(ID|ID_LIKE|VERSION_ID|VARIANT_ID|PRETTY_NAME)=/ : w || keep(L[i]))
      if (!put(i " " L[i])) {
        print c " t"
        break
      }
}

index($0, N) == 1 {
  if (n) flush()
  n = b = 0
  $0 = substr($0, length(N) + 2)
  if ($0 != "") print
  c = substr($0, 1, 1)
  next
}

{
  b += length($0) + 1
  L[++n] = $0
}
