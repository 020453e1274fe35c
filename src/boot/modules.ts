import type { ConfigFile } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { excerpt } from '../text/excerpt.ts';
import type { AgentProfile } from './agents.ts';
import { mergeDirectories } from './config-directories.ts';
import { modprobeOf } from './modprobe-facts.ts';
import { isRefused, type ModuleBoot, type ModuleBootFacts, unknown } from './module-boot.ts';
import { atBoot } from './modules-at-boot.ts';
import { unlessForbidden } from './modules-disabled.ts';
import { type BootKernel, bootKernels, inKernel } from './modules-kernel.ts';
import { fromLists } from './modules-listed.ts';
import { load, type Modprobe } from './modules-outcome.ts';
import { oldestSystemd } from './systemd-release.ts';
import { ruleOnBridge, udevRules } from './udev-rules.ts';

/**
 * Whether the next boot will have the module, on the assumption that the kernel's command line stays as it is. What was not read makes
 * the answer unknown, unless something else decides: a module that is built in, one that the kernel lacks or refuses.
 * @param how whether something has to ask for it at the boot, or whether it is loaded when it is needed
 */
export function simulateModuleBoot(
  facts: ModuleBootFacts,
  name: string,
  profile?: AgentProfile,
  how: Need = name === 'nf_conntrack' ? 'on demand' : 'listed',
): ModuleBoot {
  if (facts.container)
    return unknown(`this node is a container (${excerpt(facts.container)}): its outer host loads ${name}`);
  if (facts.os.id === 'talos' && BUILT_INTO_TALOS.has(name))
    return { present: 'before-sysctl', source: { agent: 'machined' }, because: `Talos has ${name} built in` };
  const answer = onAnyKernel(facts, name, how, profile);
  const builtIn = answer.present === 'before-sysctl' && answer.source === undefined;
  return name !== 'br_netfilter' || builtIn ? answer : { ...answer, ...rulesOnSysctls(facts, name) };
}

/** Whether something has to ask for a module at the boot, or whether it is loaded when it is needed. */
export type Need = 'listed' | 'on demand';

const BUILT_INTO_TALOS = new Set(['br_netfilter', 'nf_conntrack']);

function onAnyKernel(facts: ModuleBootFacts, name: string, how: Need, profile?: AgentProfile): ModuleBoot {
  if (facts.kernel.installedCut) return unknown('more kernels are installed than were read');
  const { kernels, firstIsLikely, unread } = bootKernels(facts);
  const judged = kernels.map((kernel) => judge(facts, kernel, name, how, profile));
  const [first] = judged;
  if (!first && facts.boot.image && unread.length === 0) return unknown('no kernel is installed in this image');
  const never = judged.every(({ present }) => present === 'never');
  if (!first || (unread[0] !== undefined && !never)) {
    return unknown(`kernel ${excerpt(unread[0] ?? '')} is installed too, and what it has was not read`);
  }
  const release = excerpt(kernels[0]?.release ?? '');
  if (judged.every(({ present }) => present === first.present)) {
    return kernels[0]?.release === facts.kernel.release ? first : { ...first, kernel: release };
  }
  if (firstIsLikely) {
    const because = `${first.because}; kernel ${release} is judged, the newest in /boot, which boot loaders choose`;
    return { ...first, because, kernel: release };
  }
  return unknown(
    `it depends on which kernel boots: with ${release} ${first.because}; with another ${judged.at(-1)?.because}`,
  );
}

function judge(
  facts: ModuleBootFacts,
  booting: BootKernel,
  name: string,
  how: Need,
  profile?: AgentProfile,
): ModuleBoot {
  const release = excerpt(booting.release);
  switch (inKernel(facts, booting, name)) {
    case 'built-in':
      return { present: 'before-sysctl', because: `${name} is built into kernel ${release}` };
    case 'lacking':
      return { present: 'never', because: `kernel ${release} comes without ${name}` };
    case 'loads-nothing':
      return { present: 'never', because: `kernel ${release} loads no modules, and ${name} is not built in` };
  }
  const modprobe = modprobeOf(facts, booting);
  if (!modprobe) return unknown('modprobe.d and modules-load.d have more lines than are simulated');
  const gap = unreadInputs(facts, booting, name);
  const answer = how === 'on demand' ? onDemand(facts, name, modprobe) : atBoot(facts, name, modprobe, profile);
  return gap === undefined || isRefused(answer) ? answer : unknown(`${gap}; from what was read: ${answer.because}`);
}

/** The first of the inputs of modprobe that is missing. */
function unreadInputs({ boot }: ModuleBootFacts, booting: BootKernel, name: string): string | undefined {
  if (boot.commandLine === undefined) return 'the kernel command line was not read';
  if (booting.moduleList === false) return `/lib/modules/${excerpt(booting.release)} has no modules.dep`;
  if (booting.modules[name]?.file === undefined) return "the list of the kernel's modules was not read";
  if (!boot.modprobe) return 'modprobe.d was not read';
  const { read, unlisted } = mergeDirectories(boot.modprobe);
  const partial = [...unlisted, ...read.filter(isPartial).map(({ path }) => path)];
  return partial[0] === undefined ? undefined : `${excerpt(partial[0])} was not read to its end`;
}

function isPartial({ kind, truncated }: ConfigFile): boolean {
  return kind === 'unreadable' || truncated === true;
}

/** Of a module that something loads as soon as it needs it, so that it only has to be possible. */
function onDemand(facts: ModuleBootFacts, name: string, modprobe: Modprobe): ModuleBoot {
  const outcome = load(name, name, false, modprobe);
  switch (outcome.is) {
    case 'loaded': {
      const because = `${name} is on disk, and loaded when something needs it`;
      const answer = unlessForbidden(facts, { present: 'after-sysctl', because });
      if (answer.present === 'after-sysctl') return answer;
      // A list is gone through before the sysctls forbid anything.
      const listed = fromLists(facts, name, modprobe);
      return listed.present === 'before-sysctl' ? listed : answer;
    }
    case 'stopped':
      return { present: 'never', because: outcome.because, ...(outcome.stoppedBy && { stoppedBy: outcome.stoppedBy }) };
    default:
      return unknown('because' in outcome ? outcome.because : `modules.dep does not name ${name}`);
  }
}

/** What udev's rules do to the sysctls of net.bridge when the module comes. */
function rulesOnSysctls(
  { boot, os }: ModuleBootFacts,
  name: string,
): Pick<ModuleBoot, 'reapplied' | 'mayBeReapplied' | 'sysctlsUnclear'> {
  if (!boot.mentions) return { sysctlsUnclear: 'udev rules were not read' };
  const { rules, unread } = udevRules(name, boot);
  const unclear = rules.find(({ does }) => does === 'unknown');
  if (unclear) return { sysctlsUnclear: `what ${place(unclear.at)} does about ${name} is not simulated` };
  if (unread[0] !== undefined) return { sysctlsUnclear: `${excerpt(unread[0], 128)} was not read to its end` };
  const again = rules.find(({ does }) => does === 'set the sysctls of net.bridge again');
  if (again) return { reapplied: again.at };
  const maybe = ruleOnBridge(boot, oldestSystemd(os));
  return maybe ? { mayBeReapplied: maybe } : {};
}
