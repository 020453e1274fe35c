import { describe, expect, test } from 'vitest';
import { applyScript } from '../../src/apply/script.ts';
import { applied } from '../../src/fix/applied.ts';
import { undone } from '../../src/fix/undone.ts';
import type { Change } from '../../src/plan/change.ts';
import { type Attempt, refusalReason, refusalRemedy } from '../../src/plan/refusals.ts';
import { adviceText } from '../../src/text/advice.ts';
import { NOTHING_OWNED, nodeFacts } from '../rules/facts.ts';
import { answer } from '../support/fixing.ts';
import { worded } from '../support/worded.ts';

const FIX: Attempt = { command: 'fix', target: 'node-1' };
const UNDO: Attempt = { command: 'undo', target: 'node-1' };
const LOCAL: Attempt = { command: 'fix', target: '--local' };
/** The script's, and those of plans that are not even sent. */
const CODES = [
  ...new Set([...(applyScript.match(/(?<=\brefuse )[a-z-]+/g) ?? []), 'undo', 'journal', 'file', 'no-journal']),
];

describe('a refusal names what mends it', () => {
  const DISK = '/etc/sysctl.d cannot be written: dd: failed to open: Read-only file system';
  test.for<[code: string, reason: string, attempt: Attempt, remedy: string[]]>([
    ['boot', 'stale plan: …', FIX, ['Run it again to make a new plan:', 'kubectl netprereq fix node-1']],
    ['before', 'stale plan: …', LOCAL, ['Run it again to make a new plan:', 'kubectl netprereq fix --local']],
    ['late', 'too late', FIX, [expect.stringContaining('date -u'), 'kubectl netprereq fix node-1 --timeout 5m']],
    [
      'clock',
      'behind',
      UNDO,
      [
        expect.stringContaining('clock'),
        'timedatectl set-ntp true',
        'chronyc makestep',
        'kubectl netprereq undo node-1',
      ],
    ],
    [
      'unwritable',
      DISK,
      FIX,
      [
        expect.stringContaining('Find the reason on the node'),
        'findmnt -T /etc/sysctl.d',
        'dmesg',
        'kubectl netprereq fix node-1',
        expect.stringContaining('--runtime-only'),
      ],
    ],
    [
      'unwritable',
      '/var/lib cannot be written: No space left on device',
      FIX,
      ['Make room on the node:', 'df -h /var/lib', 'df -i /var/lib', 'kubectl netprereq fix node-1'],
    ],
    ['unwritable', '$(id) cannot be written: x', FIX, expect.arrayContaining(['findmnt -T /var/lib'])],
    ['modprobe', 'the node has no modprobe', FIX, [expect.stringContaining('kmod'), 'kubectl netprereq fix node-1']],
    [
      'file',
      'our file',
      FIX,
      expect.arrayContaining([expect.stringMatching(/^ls -l \/etc\/modules-load\.d\/netprereq/)]),
    ],
    ['undo', 'begun', FIX, ['kubectl netprereq undo node-1']],
    [
      'journal',
      '/var/lib/netprereq/journal has an unknown format',
      UNDO,
      [expect.stringContaining('version that wrote it'), 'head -n 1 /var/lib/netprereq/journal'],
    ],
    ['journal', 'No space left on device', UNDO, expect.arrayContaining(['df -h /var/lib'])],
    ['lock', 'there is no /run for a lock', FIX, expect.arrayContaining(['findmnt -T /run'])],
    ['root', 'only root', LOCAL, ['sudo kubectl-netprereq fix --local']],
    ['root', 'only root', FIX, [expect.stringContaining('user namespaces')]],
    ['tools', 'there is no dd', FIX, [expect.stringContaining('--image')]],
    ['tools', 'there is no dd', LOCAL, ['Install it on this host']],
    ['modprobe', 'there is no modprobe', LOCAL, [expect.stringContaining('on this host'), expect.any(String)]],
    ['file', 'a NUL', LOCAL, expect.arrayContaining(['In a root shell:'])],
    ['invalid', 'a bug', FIX, [expect.stringContaining('report')]],
    ['of-a-later-version', 'new', FIX, ['kubectl netprereq fix node-1']],
  ])('%s: %s', ([code, reason, attempt, remedy]) => {
    expect(worded(refusalRemedy({ code, reason }, attempt))).toEqual(remedy);
  });

  test.for(CODES.filter((code) => code !== 'edited'))(
    '%s, as every code of the scripts, has a remedy of its own',
    (code) => {
      const remedy = refusalRemedy({ code, reason: '' }, FIX);
      expect(remedy).not.toEqual(refusalRemedy({ code: 'no-such-code', reason: '' }, FIX));
      // A sentence that is taken for a command would be pasted.
      for (const advice of remedy)
        expect(typeof advice === 'object').toBe(
          /^(kubectl|findmnt|df|dmesg|ls|head|timedatectl|chronyc|iptables|nft) ?/.test(adviceText(advice)),
        );
    },
  );
});

describe('a refusal is told', () => {
  test.for([
    [
      'unwritable',
      "/var/lib cannot be written: dd: failed to open '/var/lib/.netprereq.tmp': Read-only file system",
      '/var/lib cannot be written (Read-only file system): nothing was changed',
    ],
    [
      'unwritable',
      "/etc cannot be written: dd: can't open '/etc/.netprereq.tmp': No space left on device",
      '/etc cannot be written (No space left on device): nothing was changed',
    ],
    ['unwritable', '/etc cannot be written: dd failed', '/etc cannot be written (dd failed): nothing was changed'],
    [
      'unwritable',
      '/etc/x.conf cannot be replaced: sh: can not create: Operation not permitted',
      '/etc/x.conf cannot be replaced (Operation not permitted): nothing was changed',
    ],
    ['before', 'stale plan: a is 1 now: x', 'stale plan: a is 1 now: x: nothing was changed'],
  ])('%s: %s', ([code = '', reason = '', told]) => {
    expect(refusalReason({ code, reason })).toBe(told);
  });
});

describe('a node that another run is changing', () => {
  const node = { name: 'node-1', system: { os: null, kernel: null, arch: null, runtime: null } };
  const locked = (holder: string): Change => {
    return { is: 'answered', message: answer('np-apply 1', 'outcome locked', `holder ${holder} 1795480000`, 'end') };
  };
  const undoPlan = { bootId: 'b', owned: NOTHING_OWNED, steps: [], besides: [], notes: [] };

  test('says where that run is, by its id', () => {
    const plan = { node: 'node-1', bootId: 'b', steps: [], manual: [] };
    const fix = applied(node, plan, nodeFacts(), locked('abc123'));
    const undo = undone(node, undoPlan, locked('abc123'));
    const pods = 'kubectl get pods -A -o wide -l netprereq.io/run=abc123';
    expect(worded(fix.remedy)).toEqual([expect.any(String), pods, 'kubectl netprereq fix node-1']);
    expect(worded(undo.remedy)).toEqual([expect.any(String), pods, 'kubectl netprereq undo node-1']);
  });

  test('whose id is a shell’s text names no run', () => {
    expect(worded(undone(node, undoPlan, locked('$(id)')).remedy)?.join('\n')).not.toContain('$(id)');
  });

  test('on this host it is looked for here', () => {
    const { remedy } = undone(node, undoPlan, locked('abc123'), '--local');
    expect(worded(remedy)).toEqual([expect.any(String), 'cat /run/netprereq.lock', 'kubectl netprereq undo --local']);
  });
});
