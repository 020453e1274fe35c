import type { FirewallFacts } from './firewall.ts';
import type { FactsRequest } from './request.ts';

/**
 * What one node told about itself. Plain data, no verdicts: rules judge it, the boot simulation reads its files.
 *
 * Absent is unknown: a field that is undefined, or a key that is missing from a record, was not read, and no rule may
 * take it for a good or a bad sign. "Looked, and it is not there" is always said explicitly (`is: 'absent'`, false, null).
 * All text comes from the node and is untrusted: the parser bounds its size, the renderers strip its control characters.
 */
export interface NodeFacts {
  /**
   * What was asked of the node, merged. undefined: facts that came from elsewhere, of which everything in them was asked. The functions
   * in read.ts tell what was asked and not answered from what was not asked.
   */
  asked?: FactsRequest;
  /** Inodes of the network namespaces of the reader and of the node's process 1; they must be equal. */
  netns: { self?: string; init?: string };
  kernel: KernelFacts;
  os: OsFacts;
  /** What hints that this node is itself a container: docker, lxc, podman, kubepods, …; null: looked, no hint. */
  container?: string | null;
  /** Of a probe that ran on this very host: what shows whether it is the host. */
  here?: Here;
  /**
   * Keys in sysctl(8)'s dotted spelling, read in the node's network namespace; a slash in one stands for a dot in an
   * interface's name.
   */
  sysctls: Readonly<Record<string, Reading>>;
  /** Sysctls of all interfaces that match, by pattern (without alternatives). */
  patterns?: Readonly<Record<string, PatternReading>>;
  /**
   * The links with an IPv6 default route that the kernel took from a router advertisement; undefined: not read. Where accept_ra (in
   * `sysctls`) is not 2, that route goes as soon as IPv6 forwarding is switched on.
   */
  advertisedRoutes?: readonly string[];
  /**
   * The interfaces that do not forward IPv4 packets, without the loopback and without ports of bridges, whose own switch does not count (at
   * most 32); undefined: not read.
   */
  idleInterfaces?: readonly string[];
  /** The interfaces that have a default route for IPv4; undefined: not read. */
  uplinks?: readonly string[];
  /** By name, with underscores: the modules that were asked for, and those that need one of request.persistent. */
  modules: Readonly<Record<string, ModuleFacts>>;
  /** The bridges of the node's network namespace; undefined: not read. */
  bridges?: readonly Bridge[];
  /** The CNI configuration that the runtime goes by, of the directory where it looks; null: there is none. */
  cni?: CniConfiguration | null;
  /** The bridges and the links that lead out of the network namespace, with the networks that are connected to them; undefined: not read. */
  networks?: readonly ConnectedNetwork[];
  /** There is a link kube-ipvs0, which kube-proxy makes in mode ipvs. */
  ipvsLink?: boolean;
  /** Programs of the cluster that run in the node's network namespace: kube-proxy, kubelite, k3s-server, crio, ...; undefined: not read. */
  programs?: readonly string[];
  /** The program that runs kube-proxy, and the mode that it was told ('': none); mode undefined: not known. */
  kubeProxy?: { program: string; mode?: string };
  /** What the packet filters do with packets that the node forwards; undefined: not read. */
  firewall?: FirewallFacts;
  /** The files that were asked for, of which there are none that are not here; undefined: not read. */
  files?: readonly ConfigFile[];
  /** Of the paths that were asked for: whether they exist; one that is missing here: not known. */
  paths?: Readonly<Record<string, boolean>>;
  /** What earlier fixes have left; undefined: not read. */
  owned?: OwnedFacts;
  /** The raw inputs of the next boot (src/boot). */
  boot: BootInputs;
  /** Sections the probe left out because its answer would have been too long. */
  dropped: readonly string[];
}

/** What shows where a local probe ran; a field that is missing could not be read. */
export interface Here {
  /** false: there is no /proc. */
  proc: boolean;
  /** Whether these namespaces are the kernel's first ones. */
  pid?: 'first' | 'own';
  user?: 'first' | 'own';
  /** Whether / is also process 1's root directory. */
  root?: 'same' | 'other';
  /** What is mounted on /: the root of the kernel's first mount namespace, something else, or nothing (a chroot into a plain directory). */
  mount?: 'first' | 'own' | 'none';
}

/** What was read from one path. */
export type Reading =
  | { readonly is: 'value'; readonly value: string }
  | { readonly is: 'absent' }
  /** why: a clause, where that is known. */
  | { readonly is: 'unreadable'; readonly why?: string };

/** What was read of one sysctl of many interfaces. */
export type PatternReading =
  | {
      readonly is: 'values';
      /** How many interfaces match; 0: there is none. */
      readonly count: number;
      /** The values that were read; of at most 8. */
      readonly values: readonly PatternValue[];
      /** How many of the interfaces have another value than those above. */
      readonly rest: number;
      /** How many of them have one that could not be read. */
      readonly unreadable: number;
    }
  | { readonly is: 'unreadable'; readonly why?: string };

export interface PatternValue {
  readonly value: string;
  /** How many interfaces have it, and the first of their names (at most 16). */
  readonly count: number;
  readonly interfaces: readonly string[];
}

/** A file's content as it is compared and journalled: '-' absent, '=' and base64, 'link', '?' no file that can be read. */
export type FileContent = string;

/** What fix has left on a node, and how it is now. */
export interface OwnedFacts {
  /** The journal's lines; null: there is none; undefined: it cannot be read. */
  journal?: readonly string[] | null;
  /** The files that were asked for and those that the journal names. */
  files: Readonly<Record<string, FileContent>>;
  /** Those of the journal's directories that exist; without a journal, the one that is left of it. */
  directories: readonly string[];
  /** Temporary files of runs that were killed. */
  leftovers: readonly string[];
  /** What the journal's paths below /proc/sys hold: '-' absent, '=' and the value, '?' unreadable. */
  values: Readonly<Record<string, string>>;
  /**
   * What the kernel changes along with forwarding, where the journal names that: the values that are not forwarding's own, and
   * accept_redirects of all. undefined: they could not be read.
   */
  sides?: Readonly<Record<string, string>>;
}

export interface KernelFacts {
  /** uname -r; undefined of an image, none of whose kernels runs. */
  release?: string;
  /** As a cluster spells it: amd64, arm64. */
  arch?: string;
  /** Whether the running kernel can load modules at all (/proc/modules exists). */
  loadable?: boolean;
  /** Whether /lib/modules/$(uname -r) exists on the node. */
  modulesDirectory?: boolean;
  /** Whether that directory has a modules.dep, without which modprobe finds nothing; undefined: it could not be read. */
  moduleList?: boolean;
  /** The directory names in /lib/modules. */
  installed?: readonly string[];
  /** There are more of them. */
  installedCut?: true;
  /** Those of them that have an image: /boot/vmlinuz-NAME or /lib/modules/NAME/vmlinuz. */
  images?: readonly string[];
  /** What installed kernels other than the running one have of the modules; of at most 32. */
  others?: readonly InstalledKernel[];
  /** kernel.modules_disabled. */
  modulesDisabled?: Reading;
  /** Kernel configuration, where the node has it: CONFIG_BRIDGE_NETFILTER → y, m or n. */
  config: Readonly<Record<string, string>>;
}

export interface InstalledKernel {
  readonly release: string;
  readonly modules: Readonly<Record<string, ModuleFacts>>;
  /** As KernelFacts has it of the running kernel. */
  readonly moduleList?: boolean;
}

export interface ModuleFacts {
  /** In /proc/modules (loaded as a module); undefined where that file does not exist or cannot be read. */
  loaded?: boolean;
  /** In /sys/module. Says nothing when false: many built-in modules have no directory there. */
  inSysfs?: boolean;
  /** In modules.builtin of the running kernel. */
  builtin?: boolean;
  /** Its path in modules.dep of the running kernel; null: modules.dep was read and does not name it. */
  file?: string | null;
  /** The names of what it needs, in the order of modules.dep. */
  dependencies?: readonly string[];
}

export interface Bridge {
  name: string;
  /** /sys/class/net/<name>/bridge/nf_call_iptables and …ip6tables; undefined: no such attribute. */
  nfCallIptables?: boolean;
  nfCallIp6tables?: boolean;
  /** How many ports it has. */
  portCount: number;
}

/** The plug-ins of the first file that connects pods by itself, in their order: multus and the like hand that on. */
export interface CniConfiguration {
  file: string;
  plugins: readonly string[];
  /** What the first of them delegates to, and its mode, where it says so. */
  delegate?: string;
  mode?: string;
}

/** A link, and CIDRs of its connected routes (at most 4), as facts/cidr.ts writes them. */
export interface ConnectedNetwork {
  link: string;
  is: 'bridge' | 'veth';
  cidrs: readonly string[];
}

export interface OsFacts {
  /** From os-release, lower case as there: ID, ID_LIKE (split), VERSION_ID, VARIANT_ID, PRETTY_NAME. */
  id?: string;
  idLike?: readonly string[];
  versionId?: string;
  variantId?: string;
  prettyName?: string;
}

/** What decides the next boot, as files; interpreted by src/boot only. */
export interface BootInputs {
  /** /proc/sys/kernel/random/boot_id. */
  id?: string;
  /** comm of process 1: systemd, init, … */
  init?: string;
  /** /proc/cmdline. */
  commandLine?: string;
  /** systemd units that are masked (linked to /dev/null): systemd-sysctl.service, systemd-modules-load.service. */
  maskedUnits?: readonly string[];
  /** Those of the two of which there is no file; where masks were read, none without this. */
  absentUnits?: readonly string[];
  /** Those of the two that run something else, or on a condition, by a file of the node's own; as above. */
  replacedUnits?: readonly string[];
  /** sysctl.d of /etc, /run, /usr/local/lib, /usr/lib, /lib, and /etc/sysctl.conf. */
  sysctl?: readonly ConfigFile[];
  /** modules-load.d of the same directories, and /etc/modules. */
  modulesLoad?: readonly ConfigFile[];
  /** modprobe.d of the same directories. */
  modprobe?: readonly ConfigFile[];
  /**
   * Systemd units and udev rules that name one of request.persistent, or set a sysctl, or run a script that does, each with all files that
   * complete or replace it, whatever those name; these scripts; units of agents that are known; what the initramfs is built from; and files
   * of other programs that name them. Continued lines are joined at the number of the first, but for scripts.
   */
  mentions?: readonly ConfigFile[];
  /** What wants or requires those units by an entry in a directory of its own: { unit: 'x.service', by: 'multi-user.target' }. */
  wantedUnits?: readonly WantedUnit[];
  /**
   * The types of the file systems that directories lie on, by FILE_SYSTEM_PLACES; of an overlay the type of what is written to.
   * undefined: not read.
   */
  fileSystems?: Readonly<Record<FileSystemPlace, string>>;
  /** These are files of an image that is being built: each boot finds them as they are. */
  image?: true;
  /** OpenRC: LEVEL/SERVICE for each of the services `modules` and `sysctl`, and of agents, in /etc/runlevels; undefined: no such directory, or not read. */
  runlevels?: readonly string[];
}

/** Directories of which it matters whether they outlast a boot: of configuration, and of fix's journal. */
export const FILE_SYSTEM_PLACES = ['/etc', '/etc/sysctl.d', '/etc/modules-load.d', '/var/lib'] as const;
export type FileSystemPlace = (typeof FILE_SYSTEM_PLACES)[number];

export interface WantedUnit {
  unit: string;
  by: string;
}

export interface ConfigFile {
  /** Absolute, as seen on the node; for a link the link's own path. */
  path: string;
  /** 'mask': a link to /dev/null. 'other': a directory, a dangling link, a device. */
  kind: 'file' | 'mask' | 'other' | 'unreadable';
  /** Where a link leads, when it is one. */
  target?: string;
  /**
   * The lines that can matter to the prerequisites, with their numbers (from 1); comments, blank lines and settings of
   * other subsystems are left out on the node.
   */
  lines: readonly { number: number; text: string }[];
  /** The file was longer than the probe reads. */
  truncated?: true;
  /** Whether it may be executed: of scripts only, which come with all of their lines. */
  executable?: boolean;
}
