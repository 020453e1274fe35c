# shellcheck shell=sh disable=SC2034,SC2046,SC2154
# (Lists of words are split on purpose. Joined behind the request, resolve.sh and the parts of the probe, whose functions it uses.)
#
# Reads on a node what was asked for, and prints it as records. It writes nothing but its answer, and
# always exits 0: what is absent or cannot be read is a fact like any other. Where a program is missing that it cannot do without, its
# answer is one line, np1 error and the reason.
#
#   sh SCRIPT MODE [ROOT [OUTPUT [PARENT]]]
#
#   MODE    pod    ROOT is /proc/1/root; the caller has entered the node's network namespace
#           host   ROOT is where the node's / is mounted, with all that is mounted below it; no capabilities
#           local  this very host; ROOT is empty
#   OUTPUT  the file that gets the answer in its envelope; without one the plain text goes to stdout
#   PARENT  the caller's parent process id; 0 says that process 1 is the container's own
#
# POSIX sh: runs under busybox ash, dash and bash. It is embedded without its comments, line by line, so there are no
# here-documents and no quotes that span lines.
#
# The request stands in front of all, as variables of words that are safe in a shell (see request-lines.ts): keys and patterns (paths
# below /proc/sys), modules, persistent, options, kinds, and the regular expressions of the last four.
#
# The text. One record per line: a letter (its section), then fields. Words are separated by single blanks; a word with
# other characters than [-A-Za-z0-9._/@:+] is percent-encoded, all of it. Nothing read from a file can begin a line.
#
#   np 1                            first line: the format's version
#   q v PATH…, q g PATTERN…         the sysctls that were asked for, and those of all interfaces that match
#   q m NAME…, q b NAME…            the modules, and those of them that are followed through units and rules
#   q o NAME…, q k KIND…            kernel options, kinds of other facts
#   n self INODE, n init INODE      network namespaces of this process and of process 1; 0: not this process's, whichever
#   n own                           process 1 is not the node's: nothing of its files was read
#   n kernel RELEASE ARCH
#   n loadable 0|1                  /proc/modules exists
#   n modules NAME…, n sysfs NAME…  modules that are in /proc/modules, in /sys/module
#   n v PATH =VALUE | - | !         a sysctl: its value, absent, unreadable
#   n g PATTERN COUNT UNREAD        how many interfaces match, and of how many no value was read; or PATTERN !: they cannot be listed
#   n gv PATTERN VALUE COUNT NAME…  of at most 8 values: how many have it, and the first 16 names; VALUE %: an empty one
#   n fs TYPE TYPE TYPE TYPE        what /etc, sysctl.d and modules-load.d in it, and /var/lib lie on; of an overlay what is written to
#   n ra PATH…                      accept_ra of the links that have a default route from a router advertisement
#   b NAME V4 V6 COUNT PORT…        a bridge: nf_call_iptables, nf_call_ip6tables (0, 1, -), its ports
#   k dir 0|1, k installed NAME…    /lib/modules/RELEASE; the names in /lib/modules, the newest first
#   k builtin PATH…                 modules in modules.builtin
#   k dep PATH: NAME…               modules in modules.dep, each followed by what it needs
#   k needs PATH: NAME…             modules in modules.dep that need one of those that are followed
#   k nodep                         there is no modules.dep, nor its binary form
#   k images NAME…                  those of them that have an image
#   k cut                           there are more, all of them older
#   k of NAME                       what follows are the lists of this other kernel
#   k config WORD…                  CONFIG_X=y, or "CONFIG_X is" (not set)
#   o container [HINT]              what says that the node is itself a container; none: looked, found nothing
#   i runlevels LEVEL/SERVICE…      OpenRC: which of these services are in a runlevel; no record without /etc/runlevels
#   i wanted BY.wants/UNIT [0]      what wants a unit of section u (or BY.requires/UNIT); 0: the entry is masked
#   i boot ID, i comm NAME, i masked UNIT…, a LINE (the kernel's command line)
#   i absent UNIT…, i replaced UNIT…  of those services, which there are not, and which are not as systemd has them; as a whole with masked
#   LETTER + PATH [TARGET]          a file, and where the link leads when it is one; 0: linked to /dev/null, ?: neither file nor
#                                   directory that can be read as one, !: unreadable (also a directory)
#   LETTER NUMBER TEXT              a line of the file above it; LETTER t: it was cut; LETTER e: reading it failed
#   c type NAME                     a "type" in the CNI configuration above it
#   LETTER end                      the section is complete
#   n dropped LETTER…               sections left out for their size
#   n log                           the container's log has the whole text
#   n end                           last line
#
# Files: o os-release, c CNI configuration, u units and udev rules that name a module that is followed (at most 16 of them), with
# all files that complete or replace those, and settings of the initramfs, p modprobe.d, m modules-load.d, s sysctl.d.
exec 2>/dev/null
export LC_ALL=C
PATH=${PATH:+$PATH:}/usr/sbin:/usr/bin:/sbin:/bin
mode=$1 R=$2 out=$3
own=
case $mode:$4 in pod:0) own=1 ;; esac
I=/proc/1
k=
[ "$mode" = host ] && I=$R/proc/1 k=ls
# All for which nothing else stands in. gunzip and find are not among them: what only they could read (the kernel's configuration,
# units and rules) is left out, and unknown.
demand awk grep head od readlink sort tr uname $k
dirs='/etc /run /usr/local/lib /usr/lib /lib'
related='' unlisted=''
# No list has more lines of what was asked for: a module may stand there in two versions.
set -- $modules $options
most=$(($# * 2 + 8))

# What verdicts about the running kernel need.
running() {
  namespace self /proc/self/ns/net
  case $own$mode in
    1*) e n own ;;
    host) compare ;;
    *) namespace init "$I/ns/net" ;;
  esac
  x=$(uname -rm)
  rel=${x% *}
  e "n kernel $x"
  if [ -e /proc/modules ]; then e n loadable 1; elif [ -e /proc/version ]; then e n loadable 0; fi
  if [ "$modules" ]; then
    scan 'n modules' "^($ours) " /proc/modules
    if [ -x /sys/module ]; then
      found=
      for x in $modules; do [ -d /sys/module/$x ] && found="$found $x"; done
      e "n sysfs$found"
    fi
  fi
  sysctls
}

text() {
  e np 1
  echo_request
  running
  boot
  if ! [ "$own" ] && [ -d "$R/." ]; then
    case " $kinds " in *' bridges '*) bridges ;; esac
    [ "$options" ] && options
    [ "$modules" ] && kernel
    container
    masks
    layers
    runlevels
    rd /proc/sys/kernel/random/uuid && N=$x &&
      files | tr '\000' '\r' | awk -v N="$N" -v A="$keys $patterns" -v M="$modules $related" -v B="$named" -v U="$unlisted" "$filter"
  fi
}

gone=
if [ "$out" ]; then deliver; else text; finish; fi
exit 0
