import type { NodeFacts } from '../facts/facts.ts';
import { place } from '../facts/origin.ts';
import { excerpt } from '../text/excerpt.ts';
import { parseCommandLine } from './command-line.ts';
import { type ModuleBoot, unknown } from './module-boot.ts';
import { type Requests, requestedByAlpine, requestedBySystemd } from './modules-load.ts';
import { nearMiss } from './modules-near-miss.ts';
import { load, type Modprobe } from './modules-outcome.ts';
import { isAlpineOpenrc } from './openrc.ts';
import { outOfRunlevels, type ServiceOff, serviceState } from './service.ts';

type ListFacts = Pick<NodeFacts, 'boot' | 'os'>;

/** What modules-load.d and the command line come to, by the service that reads them. */
export function fromLists(facts: ListFacts, name: string, modprobe: Modprobe): ModuleBoot {
  const { boot } = facts;
  if (boot.init === undefined) return unknown('process 1 was not read');
  const alpine = isAlpineOpenrc(facts) && boot.runlevels !== undefined;
  if (boot.init !== 'systemd' && !alpine)
    return unknown(`which modules ${excerpt(boot.init)} loads at boot is unknown`);
  if (!boot.modulesLoad) return unknown('modules-load.d was not read');
  const service = serviceState('systemd-modules-load.service', boot);
  if (!alpine && service.is === 'changed') return unknown(service.because);
  const words = parseCommandLine(boot.commandLine ?? '', 'systemd');
  const requested = alpine ? requestedByAlpine(boot.modulesLoad) : requestedBySystemd(boot.modulesLoad, words);
  const off = alpine ? outOfRunlevels(boot, 'modules') : service.is === 'off' ? service.off : undefined;
  return decide(facts, name, requested, !alpine, off, modprobe);
}

function decide(
  { boot, os }: ListFacts,
  name: string,
  { requests, unread }: Requests,
  denylist: boolean,
  off: ServiceOff | undefined,
  modprobe: Modprobe,
): ModuleBoot {
  const outcomes = requests.map((request) => ({ request, outcome: load(request.name, name, denylist, modprobe) }));
  const loaded = outcomes.find(({ outcome }) => outcome.is === 'loaded');
  if (loaded) {
    const because = `${place(loaded.request.at)} lists ${excerpt(loaded.request.name)}`;
    if (off) return { present: 'never', because: `${because}, but ${off.because}`, stoppedBy: off };
    if (unread[0] !== undefined && !('file' in loaded.request.at && unread.every((path) => path.endsWith('.conf')))) {
      return unknown(`${because}, but ${excerpt(unread[0])} was not read`);
    }
    if (os.id === 'cos' && 'file' in loaded.request.at && loaded.request.at.file.startsWith('/etc/')) {
      return unknown(`${because}, but /etc is new at each boot of this system`);
    }
    return { present: 'before-sysctl', source: loaded.request.at, because };
  }
  for (const { request, outcome } of outcomes) {
    if (outcome.is === 'elsewhere' || outcome.is === 'loaded') continue;
    const because = `${place(request.at)} lists ${excerpt(request.name)}, but ${off?.because ?? outcome.because}`;
    // Whether the line would do any good is not known, so that the service is no obstacle by itself.
    if (off) return { present: 'never', because };
    if (outcome.is === 'maybe') return unknown(because);
    return { present: 'never', because, ...(outcome.stoppedBy && { stoppedBy: outcome.stoppedBy }) };
  }
  if (unread[0] !== undefined) return unknown(`${excerpt(unread[0])} was not read to its end`);
  const miss = nearMiss(boot.modulesLoad ?? [], name, denylist ? 'systemd' : 'alpine');
  return {
    present: 'never',
    because:
      miss ?? `nothing loads it at boot: no modules-load.d file and no option on the kernel command line names ${name}`,
  };
}
