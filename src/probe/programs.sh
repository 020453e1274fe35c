# Programs that tell of the node, for whoever reads it and, with strict set, for whoever changes it.

# Where the program $1 is, in program, with what runs it: the node's, in its mount namespace, else (not where strict is set) that of this
# image. Containers of a node's own runtime do not get the directories of another distribution into their PATH, so that it is searched.
# Nothing that is in an image which is changed is run. Not by the path that its links lead to: kmod and busybox tell by their name which
# program they are.
find_program() {
  [ $mode != image ] || return 1
  for d in /sbin /usr/sbin /bin /usr/bin /run/current-system/sw/bin; do
    program=$d/$1
    resolve $program && [ -f "$P" ] && [ -x "$P" ] || continue
    case $mode in pod) program="nsenter -t 1 -m -- $program" ;; *) program=$R$program ;; esac
    return
  done
  program=$1
  [ $mode$strict = pod ] && command -v $1 >/dev/null
}

# Whether the kernel has nf_tables already, be it built in: asking nft would load it.
has_nft() { [ -d /sys/module/nf_tables ] || grep -q nf_tables_newtable /proc/kallsyms; }

# The iptables of the kernel's older tables, in program, for IPv6 where v is 6. Old ones do not say that they are of that kind.
legacy() {
  find_program ip${v}tables-legacy && return
  find_program ip${v}tables && case $(ask -V) in *nf_tables*) false ;; *v[0-9]*) ;; *) false ;; esac
}
