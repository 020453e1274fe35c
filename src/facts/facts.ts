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
  /** By name, with underscores: the modules that were asked for, and those that need one of request.persistent. */
  modules: Readonly<Record<string, ModuleFacts>>;
  /** The bridges of the node's network namespace; undefined: not read. */
  bridges?: readonly Bridge[];
  /** The first CNI configuration of /etc/cni/net.d, in the order in which the runtime reads it; null: there is none. */
  cni?: { file: string; plugins: readonly string[] } | null;
  /** The raw inputs of the next boot (src/boot). */
  boot: BootInputs;
  /** Sections the probe left out because its answer would have been too long. */
  dropped: readonly string[];
}

/** What was read from one path. */
export type Reading =
  | { readonly is: 'value'; readonly value: string }
  | { readonly is: 'absent' }
  /** why: a clause, where that is known. */
  | { readonly is: 'unreadable'; readonly why?: string }
  /** Nobody asked for it; to judge by it is a mistake of the caller. */
  | { readonly is: 'not-asked' };

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
  | { readonly is: 'unreadable'; readonly why?: string }
  | { readonly is: 'not-asked' };

export interface PatternValue {
  readonly value: string;
  /** How many interfaces have it, and the first of their names (at most 16). */
  readonly count: number;
  readonly interfaces: readonly string[];
}

export interface KernelFacts {
  /** uname -r and uname -m. */
  release?: string;
  arch?: string;
  /** Whether the running kernel can load modules at all (/proc/modules exists). */
  loadable?: boolean;
  /** Whether /lib/modules/$(uname -r) exists on the node. */
  modulesDirectory?: boolean;
  /** Whether that directory has a modules.dep, without which modprobe finds nothing; undefined: it could not be read. */
  moduleList?: boolean;
  /** The directory names in /lib/modules, the newest release first. */
  installed?: readonly string[];
  /** There are more of them. */
  installedCut?: true;
  /** Those of them that have an image: /boot/vmlinuz-NAME or /lib/modules/NAME/vmlinuz. */
  images?: readonly string[];
  /** What installed kernels other than the running one have of the modules; of at most 8. */
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
  /** Its ports: how many, and the first names. */
  portCount: number;
  ports: readonly string[];
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
   * Systemd units and udev rules that name one of request.persistent, each with all files that complete or replace it, whatever those name; and what
   * the initramfs is built from. Continued lines are joined at the number of the first.
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
  /** OpenRC: LEVEL/SERVICE for each of the services `modules` and `sysctl` in /etc/runlevels; undefined: no such directory, or not read. */
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
}
