# Reads on a node what was asked for, and prints it as records. It writes nothing but its answer, and
# always exits 0: what is absent or cannot be read is a fact like any other. Where a program is missing that it cannot do without, its
# answer is one line, np1 error and the reason.
#
#   sh SCRIPT MODE [ROOT [OUTPUT [PARENT|WORD]]]
#
#   MODE    pod    ROOT is /proc/1/root; the caller has entered the node's network namespace
#           host   ROOT is where the node's / is mounted, with all that is mounted below it; no capabilities
#           local  this very host; ROOT is empty
#           image  ROOT is the root directory of an image, empty for /: files only, nothing of the kernel that runs
#   OUTPUT  the file that gets the answer in its envelope; without one the plain text goes to stdout
#   PARENT  pod: the caller's parent process id; 0 says that process 1 is the container's own
#   WORD    local, image: a word that no file can know; without one it comes from /proc, which a chroot may lack
#
# POSIX sh: runs under busybox ash, dash and bash. It is embedded without its comments, line by line, so there are no
# here-documents and no quotes that span lines.
#
# The request stands in front of all, as variables of words that are safe in a shell (see request-lines.ts): keys and patterns (paths
# below /proc/sys), modules, persistent, options, kinds, files, paths.
#
# The text. One record per line: a letter (its section), then fields. Words are separated by single blanks; a word with
# other characters than [-A-Za-z0-9._/@:+] is percent-encoded, all of it. Nothing read from a file can begin a line.
#
#   np 1                            first line: the format's version
#   n self INODE, n init INODE      network namespaces of this process and of process 1; 0: not this process's, whichever
#   n own                           process 1 is not the node's: nothing of its files was read
#   n here WHAT=IT…                 local: what shows where this runs; none: there is no /proc
#   n elf DATA BYTE BYTE            image: of the header of one of its programs: EI_DATA and e_machine, which tell its architecture
#   n kernel RELEASE ARCH
#   n loadable 0|1                  /proc/modules exists
#   n modules NAME…, n sysfs NAME…  modules that are in /proc/modules, in /sys/module
#   n v PATH =VALUE | - | !         a sysctl: its value, absent, unreadable
#   n g PATTERN COUNT UNREAD        how many interfaces match, and of how many no value was read; or PATTERN !: they cannot be listed
#   n gv PATTERN VALUE COUNT NAME…  of at most 8 values: how many have it, and the first 16 names; VALUE %: an empty one
#   n net b|v NAME NET…             a bridge, or a link that leads out without one: the networks connected to it
#   n ipvs 0|1                      there is a link kube-ipvs0; with it n net is complete
#   n programs NAME…                programs of the cluster that run here
#   n proxy NAME =MODE | ?          what runs kube-proxy, and the mode that it was told (empty: none)
#   n fs TYPE TYPE TYPE TYPE        what /etc, sysctl.d and modules-load.d in it, and /var/lib lie on; of an overlay what is written to
#   n e PATH…, n e? PATH…           of the paths: those that exist, and those of which that cannot be told
#   n idle NAME…, n uplinks NAME…   interfaces that do not forward IPv4 packets; that have a default route for them
#   n ra PATH…                      accept_ra of the links that have a default route from a router advertisement
#   b NAME V4 V6 COUNT              a bridge: nf_call_iptables, nf_call_ip6tables (0, 1, -), how many ports
#   w c KIND FAMILY TABLE CHAIN     a chain of a packet filter (legacy, nft) that each forwarded packet passes
#   w r LINE                        a line of what iptables -S or nft list chain says of it: of at most 49, at most 240 characters
#   w unread KIND…                  of what that could not be read: ip, ip6 (legacy), nft
#   k dir 0|1, k installed NAME…    /lib/modules/RELEASE; the names in /lib/modules
#   k builtin PATH…                 modules in modules.builtin
#   k dep PATH: NAME…               modules in modules.dep, each followed by what it needs
#   k needs PATH: NAME…             modules in modules.dep that need one of those that are followed
#   k nodep                         there is no modules.dep, nor its binary form
#   k images NAME…                  those of them that have an image
#   k cut                           there are more
#   k of NAME                       what follows are the lists of this other kernel
#   k config WORD…                  CONFIG_X=y, or "CONFIG_X is" (not set)
#   o container [HINT]              what says that the node is itself a container; none: looked, found nothing
#   i runlevels LEVEL/SERVICE…      OpenRC: which of these services are in a runlevel; no record without /etc/runlevels
#   i wanted BY.wants/UNIT [0]      what wants a unit of section u (or BY.requires/UNIT); 0: the entry is masked
#   i image                         these are the files of an image
#   i boot ID, i comm NAME, i masked UNIT…, a LINE (the kernel's command line)
#   i absent UNIT…, i replaced UNIT…  of those services, which there are not, and which are not as systemd has them; as a whole with masked
#   j j LINE, j f PATH CONTENT, j d PATH, j v PATH VALUE, j s PATH VALUE, j t PATH   what fix has left (owned.sh): the journal (j ?: cannot
#                                   be read); a file; a directory, a value that the journal names; a value that the kernel changes along
#                                   with that one, and that is not like it; a temporary file that a killed run has left. Words as in words.sh
#   LETTER + PATH [TARGET]          a file, and where the link leads when it is one; 0: linked to /dev/null, ?: neither file nor
#                                   directory that can be read as one, !: unreadable (also a directory)
#   LETTER NUMBER TEXT              a line of the file above it; LETTER t: it was cut; LETTER e: reading it failed
#   c plugin TYPE DELEGATE MODE     a plug-in in the CNI configuration above it, with what it delegates to and its mode; -: none
#   LETTER end                      the section is complete
#   n dropped LETTER…               sections left out for their size
#   n log                           the container's log has the whole text
#   n end                           last line
#
# Files: o os-release, c CNI configuration, u units and udev rules that name a module that is followed (at most 16 of them), with
# all files that complete or replace those, and settings of the initramfs, p modprobe.d, m modules-load.d, s sysctl.d, f files by their paths.
exec 2>/dev/null
export LC_ALL=C
PATH=${PATH:+$PATH:}/usr/sbin:/usr/bin:/sbin:/bin
mode=$1 R=$2 out=$3
own='' N=''
case $mode:$4 in
  pod:0) own=1 ;;
  local:* | image:*) N=$4 ;;
esac
I=/proc/1
k=
[ "$mode" = host ] && I=$R/proc/1 k=ls
# All for which nothing else stands in. gunzip and find are not among them: what only they could read (the kernel's configuration,
# units and rules) is left out, and unknown.
demand awk grep head od readlink sort tr uname $k
dirs='/etc /run /usr/local/lib /usr/lib /lib'
# A boot begins with an empty /run, whatever the building of an image has left there.
[ "$mode" != image ] || dirs='/etc /usr/local/lib /usr/lib /lib'
related='' unlisted='' names='' runtime='' confdir='' rel=''
# Files spell a module with dashes or underscores.
either() { e "$*" | awk '{gsub(/_/,"[-_]");gsub(/ /,"|");print}'; }
ours=$(either $modules) named=$(either $persistent) wanted_options=$(e "$options" | tr ' ' '|')
# What loads one of these modules, sets a sysctl of the network, or has files applied that may: looked for in units and scripts.
touched=$named
case " $keys $patterns" in
  *' net/bridge/'* | *' net/ipv'[46]/*) touched=${named:+$named|}'net[./](bridge|ipv[46])[./]|sysctl +(-[a-z]+ +)*(-[a-z]*p|--load|--system)' ;;
esac
# What switches forwarding on or off under another name: systemd-networkd, dockerd, a network of libvirt, firewalld, FRR.
switching='IPForward|IPMasquerade|IPv[46]Forwarding|"ip-forward"|<forward|<masquerade|^ *(no )?ip(v6)? forwarding'
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
  if [ "$mode" = image ]; then
    built
  else
    running
    boot
    [ "$mode" != local ] || here
  fi
  if ! [ "$own" ] && [ -d "$R/." ]; then
    if [ "$mode" != image ]; then
      # Each other kind is a function's name.
      for kind in $kinds; do case $kind in cni | routes) ;; *) $kind ;; esac; done
      [ "$options" ] && options
      container
      layers
    fi
    if [ "$modules" ] || [ "$mode" = image ]; then kernel; fi
    [ "$owned" ] && owned
    existing
    masks
    runlevels
    [ "$N" ] || { rd /proc/sys/kernel/random/uuid && N=$x; }
    [ "$N" ] &&
      files | tr '\000' '\r' | awk -v N="$N" -v A="$keys $patterns" -v M="$modules $related" -v B="${touched:+$touched|}net[./]bridge|$switching" -v U="$unlisted" "$filter"
  fi
}

gone=
if [ "$out" ]; then deliver; else text; finish; fi
exit 0
