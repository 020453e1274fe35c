import type { ConfigFile } from '../facts/facts.ts';
import type { Origin } from '../facts/origin.ts';
import { remembered } from '../text/remembered.ts';
import { parseCommandLine } from './command-line.ts';
import { modprobeOf } from './modprobe-facts.ts';
import type { ModuleBootFacts } from './module-boot.ts';
import { requestedBySystemd } from './modules-load.ts';
import { load, type Modprobe } from './modules-outcome.ts';

/** A line, or a word of the kernel's command line, that keeps a module of the running kernel from being loaded. */
export interface ModuleDenial {
  at: Origin;
  /** One clause that says what it does. */
  because: string;
  /**
   * Whom it stops: everybody who asks for the module, systemd-modules-load that was asked for it, or only whoever would go by the deny list:
   * modprobe by name does not.
   */
  stops: 'everybody' | 'listed' | 'deny-list';
}

const NONE: readonly ConfigFile[] = [];
const requestsOf = remembered((files: readonly ConfigFile[], commandLine: string) =>
  requestedBySystemd(files, parseCommandLine(commandLine, 'systemd')),
);

/** What denies a module, or undefined when nothing that was read does. */
export function findDenial(facts: ModuleBootFacts, name: string): ModuleDenial | undefined {
  const { kernel, modules } = facts;
  const modprobe = modprobeOf(facts, { release: kernel.release ?? '', modules });
  if (!modprobe) return undefined;
  const byName = denialIn(name, name, false, modprobe);
  if (byName) return { ...byName, stops: 'everybody' };
  const { requests } = requestsOf(facts.boot.modulesLoad ?? NONE, facts.boot.commandLine ?? '');
  for (const request of requests) {
    const denial = denialIn(request.name, name, true, modprobe);
    if (denial) return { ...denial, stops: 'listed' };
  }
  const denial = denialIn(name, name, true, modprobe);
  return denial && { ...denial, stops: 'deny-list' };
}

function denialIn(name: string, target: string, denylist: boolean, modprobe: Modprobe) {
  const outcome = load(name, target, denylist, modprobe);
  if (outcome.is !== 'stopped' || !outcome.stoppedBy) return undefined;
  return { at: outcome.stoppedBy, because: outcome.because };
}
