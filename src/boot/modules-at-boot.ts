import { place } from '../facts/origin.ts';
import { excerpt } from '../text/excerpt.ts';
import { type AgentProfile, moduleAgents, moduleHints } from './agents.ts';
import { parseCommandLine } from './command-line.ts';
import { isRefused, type ModuleBoot, type ModuleBootFacts, unknown } from './module-boot.ts';
import { unlessForbidden } from './modules-disabled.ts';
import { fromLists } from './modules-listed.ts';
import { load, type Modprobe } from './modules-outcome.ts';
import { unitFile } from './unit-files.ts';
import { type UnitLoads, unitLoads } from './unit-modules.ts';

/** Whether anything asks for the module at the boot: the lists first, then agents and units, then what may do so in other ways. */
export function atBoot(facts: ModuleBootFacts, name: string, modprobe: Modprobe, profile?: AgentProfile): ModuleBoot {
  const listed = fromLists(facts, name, modprobe);
  if (listed.present === 'before-sysctl') return listed;
  const units = unitLoads(name, facts.boot);
  const doubt = doubts(facts, name, units, modprobe);
  const asked = moduleAgents(name, units, facts.boot, profile).map((agent) => ({
    ...agent,
    outcome: load(name, name, agent.denylist, modprobe),
  }));
  const loading = asked.filter(({ outcome }) => outcome.is === 'loaded');
  const [first] = loading;
  if (first) {
    const { agent, at } = first;
    // What may load it besides may do so early.
    const early = asked.some(({ when, outcome }) => when === 'some-time' && /loaded|maybe/.test(outcome.is));
    const late = listed.present !== 'unknown' && doubt === undefined && !early;
    const because = at ? `${agent} loads it at each start (${place(at)})` : `${agent} loads it at each start`;
    const present = late ? 'after-sysctl' : 'some-time';
    // A script is looked for by its line, a unit by its name.
    const source = at && !unitFile(at.file) ? at : { agent };
    return unlessForbidden(facts, { present, source, because });
  }
  for (const { agent, outcome } of asked) {
    if (outcome.is === 'maybe') return unknown(`${agent} asks for ${name}, and ${outcome.because}`);
  }
  if (listed.present === 'unknown' || isRefused(listed)) return listed;
  if (doubt === undefined) return units.idle === undefined ? listed : { ...listed, because: units.idle };
  return unknown(`${listed.because}, but ${doubt}`);
}

/** What could load the module in ways that are not followed. */
function doubts({ boot, os }: ModuleBootFacts, name: string, units: UnitLoads, modprobe: Modprobe): string | undefined {
  const initramfs = parseCommandLine(boot.commandLine ?? '').find(
    ({ key, value }) =>
      /^rd\.(?:modules[_-]load|driver\.(?:pre|post))$/.test(key) &&
      value?.replaceAll('-', '_').split(',').includes(name),
  );
  if (initramfs) return `${initramfs.key}=${excerpt(`${initramfs.value}`)} may have the initramfs load it`;
  if (os.id === 'nixos') return 'units of NixOS were not read';
  if (!boot.mentions) return 'systemd units, udev rules and the initramfs were not read';
  return moduleHints(name, boot, units)[0] ?? drawnIn(name, modprobe);
}

/** The line of modprobe.d by which another module, that something may ask for, brings this one along. */
function drawnIn(name: string, modprobe: Modprobe): string | undefined {
  if (load(name, name, false, modprobe).is === 'stopped') return undefined;
  const { softDependencies, installs, aliases } = modprobe.config;
  const names = (text: string) => text.replaceAll('-', '_').includes(name);
  const line =
    softDependencies.find(({ pattern, pre, post }) => pattern !== name && [...pre, ...post].some(names)) ??
    installs.find(({ pattern, command }) => pattern !== name && names(command)) ??
    aliases.find(({ module }) => module === name);
  return line && `${place(line.at)} loads it together with ${excerpt(line.pattern)}`;
}
