import type { ModuleBootFacts } from '../../src/boot/module-boot.ts';
import type { BootInputs, ConfigFile, KernelFacts, ModuleFacts } from '../../src/facts/facts.ts';

/** A configuration file of the given lines, numbered from 1. */
export function file(path: string, ...lines: string[]): ConfigFile {
  return { path, kind: 'file', lines: lines.map((text, i) => ({ number: i + 1, text })) };
}

/** A link to /dev/null. */
export function mask(path: string): ConfigFile {
  return { path, kind: 'mask', target: '/dev/null', lines: [] };
}

/** The modules of an ordinary kernel. */
export const ON_DISK: Readonly<Record<string, ModuleFacts>> = {
  br_netfilter: { loaded: false, builtin: false, file: 'br_netfilter.ko', dependencies: ['bridge', 'stp', 'llc'] },
  nf_conntrack: {
    loaded: false,
    builtin: false,
    file: 'nf_conntrack.ko',
    dependencies: ['nf_defrag_ipv4', 'libcrc32c'],
  },
  bridge: { builtin: false, file: 'bridge.ko', dependencies: ['stp', 'llc'] },
};

/** A Debian node whose files were all read, and which lists nothing, but for what a case changes. */
export function facts(boot: BootInputs, others: Partial<ModuleBootFacts> = {}): ModuleBootFacts {
  const inputs: BootInputs = {
    init: 'systemd',
    commandLine: 'ro quiet',
    maskedUnits: [],
    sysctl: [],
    modulesLoad: [],
    modprobe: [],
    mentions: [],
    wantedUnits: [],
  };
  const kernel: KernelFacts = {
    release: '6.1.0-9-amd64',
    loadable: true,
    modulesDirectory: true,
    installed: ['6.1.0-9-amd64'],
    config: {},
  };
  return { os: { id: 'debian' }, container: null, kernel, modules: ON_DISK, ...others, boot: { ...inputs, ...boot } };
}
