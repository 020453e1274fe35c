# Makes records of files: their lines that can matter to what was asked. Input: contents, with a record before each that begins with the
# word N, which no file can know. Variables: A, the paths of the sysctls that were asked for, with patterns; M, the modules that were
# asked for and what these need, as names or paths; B, a pattern of the modules that are followed through units and rules;
# U, not empty where it is not known what the modules need. Of scripts (records x and -) stay the commands that match B, and what holds
# them: the structure of the shell, and paths, which may be scripts. Any other word may be a secret, and becomes $_, which is not followed.
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
  if (c == "u") return l ~ B || l ~ /GOTO|^[ \t]*(Exec|Default|Before|After|Cond|Assert|User|Dyn|Prot|Cap|Root|Priv|Wants|Req|Binds|Name=|On[A-Z]|Unit=)/
  return c != "s" || sets(l)
}

function put(t) {
  o += length(t) + 4
  if (o > 262144) return 0
  print c " " t
  return 1
}

# The plug-ins of a CNI configuration: the objects in "plugins", or the document itself; its keys come in any order. p: the way to the
# object or list at each depth.
function plugins(s, i, d, t, key, p, type, to, mode, many) {
  s = substr(s, 1, 16384)
  while (i++ < 1000 && match(s, /"([^"\\]|\\.)*"|[][{}]/)) {
    t = substr(s, RSTART, RLENGTH)
    s = substr(s, RSTART + RLENGTH)
    if (t ~ /^[{[]/) {
      p[d + 1] = d ? p[d] "/" (key[d] == "" ? "*" : key[d]) : ""
      key[++d] = ""
    } else if (t ~ /^"/) {
      t = substr(t, 2, length(t) - 2)
      if (s ~ /^[ \t\r]*:/) key[d] = t
      else if (p[d] ~ /^(\/plugins\/\*)?$/) {
        if (key[d] == "type") type = t
        if (key[d] == "mode") mode = t
      } else if (key[d] == "type" && p[d] ~ /^(\/plugins\/\*)?\/delegate(s\/\*(\/plugins\/\*)?)?$/ && to == "") to = t
    } else if (d) {
      if (t == "}" && (p[d] == "/plugins/*" || (d == 1 && !many)) && type != "") {
        put("plugin " word(type) " " word(to) " " word(mode))
        type = to = mode = ""
        many = 1
      }
      d--
    }
  }
}

function word(v) {
  gsub(/[^A-Za-z0-9._+-]/, "_", v)
  return v == "" ? "-" : substr(v, 1, 64)
}

function join(i) {
  for (i = 1; i <= n; i++) if (L[i] ~ /^[ \t]*[#;]/) L[i] = i > 1 && L[i - 1] ~ /\\$/ ? "\\" : ""
  for (i = n; i > 1; i--) if (L[i - 1] ~ /\\\r?$/) {
    sub(/\\\r?$/, " ", L[i - 1])
    L[i - 1] = L[i - 1] L[i]
    L[i] = ""
  }
}

function secret(l) {
  return tolower(l) ~ /token|passw|secret|cred|auth|bearer|psk|api.?key|:\/\//
}

# A line of a unit or of another program, without what follows the name of a secret.
function hidden(l) {
  gsub(/(token|TOKEN|passw|PASSW|secret|SECRET)[A-Za-z_-]*["\047]?[ \t=:]+[^ \t]+/, "$_", l)
  return l
}

# A word of a script.
function followed(w, u) {
  u = w
  if (w ~ /^("[^"]*"|\047[^\047]*\047)$/) u = substr(w, 2, length(w) - 2)
  if (w ~ /^(if|then|else|elif|fi|for|while|until|do|done|case|esac|select|function|in|[{}()!:.]|[(][)]|[A-Za-z0-9_-]+[(][)]|exit|return|exec|source|sh|bash|dash|sudo|env|nohup|command|time|echo|printf|tee|sleep|swapoff|mount|setenforce|mkdir|true|test|[[][[]?|[]][]]?|modprobe|sysctl|-[a-z]?|--|--system|[0-9][0-9]?[0-9]?[0-9]?)$/) return w
  if (u ~ /^\/[A-Za-z0-9_.@*\/+-]+$/) return w
  if (!match(u, B)) return "$_"
  return u ~ /^[A-Za-z0-9_.\/-]+(=[0-9]*)?$/ ? w : "$_" substr(u, RSTART, RLENGTH)
}

# A line of a script, command by command. doc: the end of the text that follows a line with <<.
function script(l, t, k, raw, safe, all) {
  t = l
  gsub(/^[ \t]+|[ \t\r]+$/, "", t)
  if (doc != "") {
    if (t != doc) return ""
    doc = ""
    return t
  }
  while (l != "") {
    t = ""
    if (match(l, /^[ \t]+/)) t = " "
    else if (match(l, /^<<-?[ \t]*["\047]?[A-Za-z0-9_.-]+["\047]?/)) {
      t = doc = substr(l, 1, RLENGTH)
      gsub(/^<<-?[ \t]*|["\047]/, "", doc)
    } else if (match(l, /^[<>;&|]+/)) t = substr(l, 1, RLENGTH)
    else if (match(l, /^(\047[^\047]*\047|"(\\.|[^"\\])*"|\\.|[^ \t;&|<>"\047\\])+/)) {
      k = RLENGTH
      t = followed(substr(l, 1, k))
      RLENGTH = k
    } else {
      RLENGTH = 1
      if (l == "\\") t = l
    }
    k = RLENGTH
    raw = raw substr(l, 1, k)
    safe = safe t
    l = substr(l, k + 1)
    if (t ~ /[;&|]/ && t !~ /[<>$A-Za-z]/ || l == "") {
      all = all (raw ~ B && !secret(raw) ? raw : safe)
      raw = safe = ""
    }
  }
  return all
}

function flush(i, w, s) {
  if (b > 65537) {
    n--
    print c " t"
  } else if (L[n] == "") n--
  if (c == "u" && !whole) join()
  doc = ""
  for (i = 1; whole && i <= n; i++) {
    w = doc == "" && L[i] ~ /^[ \t]*#/ ? "" : script(L[i])
    L[i] = w ~ /^[$_ ]*$/ && s !~ /\\$/ ? "" : w
    s = w
  }
  w = s = ""
  for (i = 1; i <= n; i++) {
    if (c == "p" && L[i] ~ /\\\r?$/) w = 1
    if (c == "c") s = s " " L[i]
  }
  if (c == "c") plugins(s)
  else for (i = 1; i <= n; i++)
    if (c == "o" ? L[i] ~ /^(ID|ID_LIKE|VERSION_ID|VARIANT_ID|PRETTY_NAME)=/ : w || (whole ? L[i] != "" : keep(L[i])))
      if (!put(i " " (c == "u" && !whole ? hidden(L[i]) : L[i]))) {
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
  whole = /^u [x-] /
  next
}

{
  b += length($0) + 1
  L[++n] = $0
}
