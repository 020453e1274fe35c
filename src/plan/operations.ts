import { knownModule } from '../boot/known-modules.ts';
import { pathOfKey } from '../boot/sysctl-lines.ts';
import type { NodeFacts } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';
import { textOf } from './journal.ts';
import { type Operation, switchedFamily } from './operation.ts';
import { type OwnLine, withOwnLines } from './own-lines.ts';
import type { Step } from './plan.ts';

/** Steps as what the node carries out, and which operation each step is part of. */
export interface Operations {
  readonly operations: readonly Operation[];
  /** By the steps' places. */
  readonly placeOf: readonly number[];
}

/**
 * Turns the steps of a plan into operations: all lines of one file are one write. Pure.
 * @param facts what the plan was made from
 * @param note who writes into files, and when
 */
export function operationsOf(steps: readonly Step[], facts: NodeFacts, note: string): Operations {
  const operations: Operation[] = [];
  const places = new Map<string, number>();
  const placeOf = steps.map((step) => {
    const place = places.get(targetOf(step)) ?? operations.length;
    places.set(targetOf(step), place);
    if (place === operations.length) operations.push(operationOf(step, steps, facts, note));
    return place;
  });
  return { operations, placeOf };
}

/** Steps with the same target are one operation. */
function targetOf(step: Step): string {
  switch (step.do) {
    case 'keep-sysctl':
      return SYSCTL_FILE;
    case 'keep-module':
      return MODULES_FILE;
    case 'load-module':
      return `modprobe ${step.module}`;
    case 'set-sysctl':
      return `sysctl ${step.key} ${step.before} ${step.after}`;
    case 'write-file':
      return step.path;
  }
}

function operationOf(step: Step, steps: readonly Step[], facts: NodeFacts, note: string): Operation {
  switch (step.do) {
    case 'keep-sysctl':
    case 'keep-module':
      return writeLines(
        targetOf(step),
        steps.filter((each) => each.do === step.do),
        facts,
        note,
      );
    case 'write-file': {
      const before = facts.owned?.files[step.path] ?? '?';
      return { do: 'write-file', path: step.path, before, after: contentOf(step.content) };
    }
    case 'load-module': {
      const { shownBy } = knownModule(step.module) ?? {};
      const module = step.module.replaceAll('-', '_');
      return { do: 'modprobe', module, shown: shownBy && swapDotsAndSlashes(shownBy) };
    }
    case 'set-sysctl': {
      const before = step.before === 'absent' ? '-' : wordOf(step.before);
      return { do: 'write-sysctl', path: pathOf(step.key), before, after: wordOf(step.after) };
    }
  }
}

function writeLines(path: string, steps: readonly Step[], facts: NodeFacts, note: string): Operation {
  const before = facts.owned?.files[path] ?? '?';
  const lines = steps.flatMap((step): OwnLine[] => {
    if (step.do === 'keep-sysctl') return [{ name: step.key, value: step.after, was: wasSet(step.key, facts) }];
    return step.do === 'keep-module'
      ? [{ name: step.module, value: undefined, was: wasLoaded(step.module, facts) }]
      : [];
  });
  const text = textOf(before);
  return { do: 'write-file', path, before, after: contentOf(withOwnLines(text ?? '', lines, note)) };
}

const contentOf = (text: string) => `=${Buffer.from(text).toString('base64')}`;

/** The kernel separates several numbers by tabs; the node compares with blanks. */
const wordOf = (text: string) => `=${text.replaceAll('\t', ' ')}`;

/** Two names of one value have one story. */
function pathOf(key: string): string {
  const path = pathOfKey(key);
  return path === 'net/ipv4/conf/all/forwarding' ? 'net/ipv4/ip_forward' : path;
}

function wasSet(key: string, { sysctls, boot }: NodeFacts): string | undefined {
  if (boot.image) return undefined;
  const reading = sysctls[key];
  if (reading?.is !== 'value') return reading?.is === 'absent' ? 'absent' : 'not read';
  return /\p{Cc}/u.test(reading.value.replaceAll('\t', ' ')) ? 'of several lines' : reading.value.replaceAll('\t', ' ');
}

function wasLoaded(name: string, { sysctls, modules, boot }: NodeFacts): string | undefined {
  if (boot.image) return undefined;
  const shownBy = knownModule(name)?.shownBy ?? '';
  const { loaded, inSysfs } = modules[name] ?? {};
  return loaded || inSysfs || sysctls[shownBy]?.is === 'value' ? 'loaded' : 'not loaded';
}

/** Whether a plan's operations switch IPv6 forwarding on, which takes advertised default routes. */
export function forwardsIpv6(operations: readonly Operation[]): boolean {
  return operations.some((each) => each.do === 'write-sysctl' && switchedFamily(each.path) === 'ipv6');
}

/** The links for which a plan sets accept_ra, so that they keep their default routes. */
export function routesKept(operations: readonly Operation[]): string[] {
  return operations.flatMap((each) => {
    if (each.do !== 'write-sysctl' || each.after !== '=2') return [];
    return /^net\/ipv6\/conf\/([^/]+)\/accept_ra$/.exec(each.path)?.[1] ?? [];
  });
}
