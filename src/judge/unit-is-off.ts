import type { NodeFacts } from '../facts/facts.ts';
import { run } from '../text/advice.ts';
import { isLinked } from './active-unit.ts';
import { passes, unknown } from './result.ts';
import type { Requirement } from './rule.ts';

/** Units of systemd, each with the target that wants it once it is enabled. */
type Wanted = Readonly<Record<string, string>>;

const SYSTEM = '/etc/systemd/system';

/** What isStarted() reads: the links that enable the units. A timer has none in /run/systemd/units, which is for what has processes. */
export const startedReads = (units: Wanted): string[] => [
  SYSTEM,
  ...Object.entries(units).map(([unit, target]) => `${SYSTEM}/${target}.wants/${unit}`),
];

/** Whether one of the units is started at boot; undefined: that cannot be told. */
export const isStarted = (facts: NodeFacts, units: Wanted) => isLinked(facts, startedReads(units));

/** None of these units is started at boot; what they have done stays until the next boot. */
export function unitIsOff(units: Wanted, name: string): Requirement {
  const expected = 'disabled';
  const words = Object.keys(units).join(' ');
  const reads = startedReads(units);
  return {
    reads: { paths: reads },
    now: ({ facts }) => {
      const started = isStarted(facts, units);
      if (started === undefined) {
        return unknown(expected, `whether ${name} is enabled was not read`, [run(`systemctl is-enabled ${words}`)]);
      }
      if (!started) return passes(expected, expected, `${name} is not enabled`);
      return {
        now: { verdict: 'fail', expected, actual: 'enabled', cause: 'value' },
        message: `${name} is enabled`,
        remedy: [run(`systemctl disable --now ${words}`), 'Then reboot'],
      };
    },
    explain: {
      now: [
        `Read: whether there is ${reads
          .slice(1)
          .map((path) => `\`${path}\``)
          .join(' or ')}, the link that enables it.`,
      ],
      boot: ['Not judged.'],
      causes: [],
    },
  };
}
