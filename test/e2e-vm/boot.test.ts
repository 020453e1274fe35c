import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReportFinding } from '../../src/report/report.ts';
import { BOOTS } from './states.ts';
import { bootTruth, RULES, type RuleId, runningTruth, type Truth, WITNESS_UNIT } from './truth.ts';
import { check, dropSnapshot, fingerprint, hasVm, NODE, onNode, reboot, restore, snapshot, writeTree } from './vm.ts';

type Findings = Record<string, ReportFinding>;

const available = await hasVm();

describe.skipIf(!available)(`the simulated boot is the real one, on ${NODE} (NETPREREQ_E2E_CLUSTER)`, () => {
  let files: string;
  let values: Truth;

  beforeAll(async () => {
    await snapshot();
    files = await fingerprint();
    values = await runningTruth();
  });

  afterAll(async () => {
    await restore();
    await reboot();
    expect(await fingerprint(), 'the files of the node are not what they were').toBe(files);
    expect(await runningTruth(), 'the node does not boot as it did').toEqual(values);
    await dropSnapshot();
  });

  describe.each(BOOTS)('$name', ({ files: tree, commandLine, states }) => {
    let before: Findings;
    let reapplied: Truth;
    let truth: Truth;
    let running: Truth;
    let after: Findings;

    beforeAll(async () => {
      await restore();
      await writeTree({ ...WITNESS_UNIT, ...tree });
      before = await check();
      // Some of its lines are meant to be refused, which it exits with.
      await onNode('sysctl --system || true');
      reapplied = await runningTruth();
      await reboot(commandLine);
      truth = await bootTruth();
      running = await runningTruth();
      after = await check();
    });

    // A prediction takes the command line as it is: of another one it can only be made by the boot that has it.
    const predicted = (rule: RuleId) => finding(commandLine ? after : before, rule);

    test.each(states)('$name', ({ rule, actual, source }) => {
      expect(predicted(rule).boot).toMatchObject({ actual, ...(source && { source }) });
      expect(truth[rule]).toBe(actual);
    });

    test('what was predicted of all rules has come true', () => {
      const comparable = RULES.filter((rule) => isComparable(rule, truth));
      const simulated = comparable.map((rule) => [rule, predicted(rule).boot?.actual]);
      expect(simulated).toEqual(comparable.map((rule) => [rule, truth[rule]]));
    });

    test('check finds what is running, and predicts what it predicted before', () => {
      expect(RULES.map((rule) => [rule, finding(after, rule).now.actual])).toEqual(Object.entries(running));
      if (commandLine) return;
      expect(RULES.map((rule) => [rule, finding(after, rule).boot])).toEqual(
        RULES.map((rule) => [rule, finding(before, rule).boot]),
      );
    });

    test('sysctl --system does what reapply says, and what the boot will do where reapply says nothing', () => {
      for (const rule of RULES) {
        const { boot, reapply } = finding(before, rule);
        // Releases of procps differ, and check does not know the node's. Of sysctls that do not exist nothing is said.
        if (reapply?.verdict === 'unknown' || !isSwitch(rule) || !isComparable(rule, reapplied)) continue;
        expect([rule, reapplied[rule]]).toEqual([rule, (reapply ?? boot)?.actual]);
      }
    });
  });
});

function finding(of: Findings, rule: RuleId): ReportFinding {
  const found = of[rule];
  if (!found) throw new Error(`no finding of ${rule}`);
  return found;
}

/** Without br_netfilter there are no bridge sysctls; their rules then say what the files would make of them if it were loaded. */
function isComparable(rule: RuleId, truth: Truth): boolean {
  return truth['br-netfilter'] === 'present' || !rule.startsWith('bridge-nf-call');
}

function isSwitch(rule: RuleId): boolean {
  return rule !== 'br-netfilter' && rule !== 'conntrack-active';
}
