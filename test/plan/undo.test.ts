import { describe, expect, test } from 'vitest';
import { undoOperations, undoRequest } from '../../src/apply/script.ts';
import type { OwnedFacts } from '../../src/facts/facts.ts';
import { planUndo, type UndoPlan, type UndoRefusal } from '../../src/plan/undo.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../../src/systems/own-files.ts';

const BOOT = 'this';
const IP4 = 'net/ipv4/ip_forward';
const IP6 = 'net/ipv6/conf/all/forwarding';
const REDIRECTS = 'net/ipv4/conf/all/accept_redirects';
const LO4 = 'net/ipv4/conf/lo/forwarding';
const V0 = 'net/ipv4/conf/v0/forwarding';
const LO6 = 'net/ipv6/conf/lo/forwarding';
const RA = 'net/ipv6/conf/eth0/accept_ra';

const base64 = (text: string) => `=${Buffer.from(text).toString('base64')}`;

/** A journal of lines `KIND RUN[@BOOT] WORDS`. */
function journal(lines: readonly string[]): string[] {
  const records = lines.map((line) => {
    const [kind, run = '', ...words] = line.split(' ');
    const [id, boot = BOOT] = run.split('@');
    return [kind, id, '1795480000', boot, ...words].join(' ');
  });
  return ['netprereq-journal 1', ...records];
}

type Now = Partial<Pick<OwnedFacts, 'values' | 'sides' | 'files' | 'directories' | 'leftovers'>>;

function owned(lines: readonly string[] | null, now: Now = {}): OwnedFacts {
  return {
    journal: lines && journal(lines),
    files: {},
    directories: [],
    leftovers: [],
    values: {},
    sides: {},
    ...now,
  };
}

function planned(lines: readonly string[] | null, now: Now = {}, force = false): UndoPlan {
  const plan = planUndo(owned(lines, now), BOOT, { force });
  if ('code' in plan) throw new Error(plan.reason);
  return plan;
}

function refused(facts: OwnedFacts, force = false): UndoRefusal {
  const plan = planUndo(facts, BOOT, { force });
  if (!('code' in plan)) throw new Error('it is planned');
  return plan;
}

/** `PATH BEFORE>AFTER`, `- PATH`, in their order. */
const done = (plan: UndoPlan) =>
  undoOperations(plan).map((each) => {
    switch (each.do) {
      case 'write-sysctl':
      case 'write-file':
        return `${each.path} ${each.before}>${each.after}`;
      case 'forget':
        return 'forget';
      case 'modprobe':
        return each.module;
      default:
        return `- ${each.path}`;
    }
  });

/** A first fix of an earlier version, which recorded all that may change, and afterwards what did. */
const OLD = [
  `value a ${IP4} =0 =1`,
  `side a ${V0} =1`,
  `side a ${LO4} =0`,
  `side a ${REDIRECTS} =1`,
  'side a net/ipv4/conf/lo/accept_redirects =1',
];
const OLD_SETTLED = [...OLD, `caused a ${LO4} =0 =1`, `caused a ${REDIRECTS} =1 =0`, `settled a ${IP4}`];
/** The same of this version: what is not like forwarding itself. */
const NEW = [`value a ${IP4} =0 =1`, `side a ${V0} =1`, `side a ${REDIRECTS} =1`];

const ON: Now = { values: { [IP4]: '=1' }, sides: { [REDIRECTS]: '=0' } };

describe.each([
  ['by this version', NEW],
  ['by an earlier version', OLD_SETTLED],
  ['by an earlier version that was killed before it looked at what had changed', OLD],
])('what is restored of forwarding that was switched on %s', (_, fix) => {
  test.for<[string, Now, string[]]>([
    [
      'is what was written, then what the kernel does not bring back by itself',
      ON,
      [`${IP4} =1>=0`, `${V0} =1>=1`, 'forget'],
    ],
    [
      'is besides what somebody else has set since, which the kernel would take along',
      { values: { [IP4]: '=1' }, sides: { [REDIRECTS]: '=0', [LO4]: '=5' } },
      [`${IP4} =1>=0`, `${V0} =1>=1`, `${LO4} =5>=5`, 'forget'],
    ],
    [
      'is nothing where somebody has set forwarding itself since',
      { values: { [IP4]: '=2' }, sides: { [REDIRECTS]: '=0' } },
      // What is like forwarding now, somebody has set with it.
      [`${REDIRECTS} =0>=1`, 'forget'],
    ],
    [
      'is nothing where it is as it was',
      { values: { [IP4]: '=0' }, sides: { [REDIRECTS]: '=1', [V0]: '=1' } },
      ['forget'],
    ],
    [
      'is accept_redirects too where somebody has set that since',
      { values: { [IP4]: '=1' }, sides: { [REDIRECTS]: '=1' } },
      [`${IP4} =1>=0`, `${V0} =1>=1`, 'forget'],
    ],
  ])('%s', ([, now, operations]) => {
    expect(done(planned(fix, now)).toSorted()).toEqual(operations.toSorted());
    // Forwarding comes first.
    if (operations[0]?.startsWith(IP4)) expect(done(planned(fix, now))[0]).toBe(operations[0]);
  });
});

test.for<[string, string[], Now, string[]]>([
  [
    'comes back in the opposite order, accept_ra after forwarding',
    [`value a ${RA} =1 =2`, `value a ${IP6} =0 =1`],
    { values: { [RA]: '=2', [IP6]: '=1' } },
    [`${IP6} =1>=0`, `${RA} =2>=1`, 'forget'],
  ],
  [
    'is what stood there before the first of several runs',
    ['value a net/x =0 =1', 'value b net/x =1 =2'],
    { values: { 'net/x': '=2' } },
    ['net/x =2>=0', 'forget'],
  ],
  [
    'begins anew with what somebody set between two runs',
    ['value a net/x =0 =1', 'value b net/x =7 =2'],
    { values: { 'net/x': '=2' } },
    ['net/x =2>=7', 'forget'],
  ],
  [
    'begins anew for each interface, too, that the kernel changes along',
    [...NEW, `value b ${IP4} =0 =1`, `side b ${REDIRECTS} =1`],
    { values: { [IP4]: '=1' }, sides: { [REDIRECTS]: '=0' } },
    // Somebody had switched v0 off with all others, between the runs.
    [`${IP4} =1>=0`, 'forget'],
  ],
  [
    'is both families',
    [...NEW, `value a ${IP6} =0 =1`, `side a ${LO6} =1`],
    { values: { [IP4]: '=1', [IP6]: '=1' }, sides: { [REDIRECTS]: '=0' } },
    [`${IP6} =1>=0`, `${IP4} =1>=0`, `${V0} =1>=1`, `${LO6} =1>=1`, 'forget'],
  ],
  [
    'is an interface that was switched by itself before all were',
    [`value a ${LO4} =1 =0`, `value a ${IP4} =0 =1`, `side a ${REDIRECTS} =1`],
    { values: { [LO4]: '=1', [IP4]: '=1' }, sides: { [REDIRECTS]: '=0' } },
    [`${IP4} =1>=0`, `${LO4} =1>=1`, 'forget'],
  ],
  ['is past after a reboot', ['value a@other net/x =0 =1'], { values: { 'net/x': '=1' } }, ['forget']],
  ['is gone with its interface', ['value a net/x =0 =1'], { values: { 'net/x': '-' } }, ['forget']],
  [
    'is what an undo that did not end was to restore, whoever wrote that down',
    [...NEW, `target u ${IP4} =0 ours value`, `target u ${V0} =1 ours side`, `target u ${LO4} =5 other side`, 'undo u'],
    { values: { [IP4]: '=0' }, sides: { [REDIRECTS]: '=1' } },
    [`${V0} =0>=1`, `${LO4} =0>=5`, 'forget'],
  ],
  [
    'is worked out anew where that was begun in another boot',
    [...NEW.map((line) => line.replace(' a ', ' a@other ')), `target u@other ${IP4} =0 ours value`, 'undo u@other'],
    { values: { [IP4]: '=1' } },
    ['forget'],
  ],
])('a value %s', ([, lines, now, operations]) => {
  expect(done(planned(lines, now))).toEqual(operations);
});

test('what is to be restored is written down before the first step, once, and no more than is needed', () => {
  const plan = planned(NEW, { values: { [IP4]: '=1' }, sides: { [REDIRECTS]: '=0', [LO4]: '=5' } });
  expect(plan.notes).toEqual([
    `target ${IP4} =0 ours value`,
    `target ${V0} =1 ours side`,
    `target ${LO4} =5 other side`,
    'undo',
  ]);
  expect(
    planned(
      [
        ...NEW,
        ...plan.notes.map((note) => note.replace(' ', ' u ')).map((note) => (note === 'undo' ? 'undo u' : note)),
      ],
      ON,
    ).notes,
  ).toEqual([]);
  expect(planned(['file a /etc/x - =QQ=='], { files: { '/etc/x': '=QQ==' } }).notes).toEqual([]);
});

test('many interfaces make a plan no longer that were like forwarding itself', () => {
  const many = Array.from({ length: 500 }, (_, n) => `net/ipv4/conf/cali${n}/forwarding`);
  const fix = [...OLD_SETTLED, ...many.flatMap((path) => [`side a ${path} =0`, `caused a ${path} =0 =1`])];
  const request = undoRequest(planned(fix, ON), { run: 'r', now: 1, notAfter: 2 });
  expect(request.length).toBeLessThan(1000);
});

describe('a value', () => {
  test('that was not read keeps everything as it is', () => {
    for (const now of [{}, { values: { [IP4]: '?' } }]) {
      expect(refused(owned(NEW, now)).reason).toBe(`/proc/sys/${IP4} cannot be read, so what to restore is unknown`);
    }
    const { sides: _, ...unread } = owned(NEW, ON);
    expect(refused(unread)).toMatchObject({ code: 'journal' });
  });

  test('that is no longer ours is left, and a report says so', () => {
    const { steps } = planned(['value a net/x/y =0 =1'], { values: { 'net/x/y': '=5' } });
    expect(steps).toEqual([
      {
        do: 'restore-sysctl',
        what: 'net.x.y',
        before: '5',
        after: '5',
        is: 'left',
        reason: 'the value has been changed since fix set it',
      },
    ]);
  });
});

describe('a file', () => {
  const [T, A, B, X] = ['T', 'A', 'B', 'X'].map(base64);
  test.for<[string, string[], string | undefined, string]>([
    ['that is as it was written goes', [`file a /f - ${A}`], A, `/f ${A}>-`],
    ['that was not written after all stays', [`file a /f ${T} ${A}`], T, ''],
    ['of several runs', [`file a /f ${T} ${A}`, `file b /f ${A} ${B}`], B, `/f ${B}>${T}`],
    ['that is gone stays gone', [`file a /f - ${A}`], '-', ''],
    ['that is gone comes back if it was somebody’s', [`file a /f ${T} ${A}`], '-', 'edited'],
    ['that has been edited since', [`file a /f - ${A}`], X, 'edited'],
    ['that was edited between two runs', [`file a /f - ${A}`, `file b /f ${X} ${B}`], B, 'edited'],
    ['in whose place is a link', [`file a /f - ${A}`], 'link', 'edited'],
    ['in whose place is a directory', [`file a /f - ${A}`], '?', 'file'],
    ['that was not looked at', [`file a /f - ${A}`], undefined, 'file'],
  ])('%s', ([, lines, now, expected]) => {
    const facts = owned(lines, now === undefined ? {} : { files: { '/f': now } });
    const plan = planUndo(facts, BOOT, { force: false });
    if ('code' in plan) expect(plan.code).toBe(expected);
    else expect(done(plan).slice(0, -1).join()).toBe(expected);
    if (expected === 'edited') expect(done(planned(lines, { files: { '/f': now ?? '' } }, true))[0]).toMatch(/^\/f /);
    if (expected === 'file') expect(refused(facts, true).code).toBe('file');
  });

  test('of any name is taken back as ours are, and one from before the first fix given back', () => {
    const path = '/etc/systemd/network/10-netprereq.network';
    const fix = [
      'dir a /etc/systemd/network',
      `file a ${path} - ${A}`,
      `file a ${SYSCTL_FILE} ${T} ${B}`,
      'module a vxlan',
      'module b vxlan',
    ];
    const plan = planned(fix, {
      files: { [path]: `${A}`, [SYSCTL_FILE]: `${B}` },
      directories: ['/etc/systemd/network'],
      leftovers: ['/etc/.netprereq.tmp'],
    });
    expect(plan.steps.map((step) => [step.do, step.what, step.before, step.after, step.is])).toEqual([
      ['remove-file', path, 'present', 'absent', 'planned'],
      ['restore-file', SYSCTL_FILE, 'present', 'as before the first fix', 'planned'],
      ['remove-directory', '/etc/systemd/network', 'present', 'absent', 'planned'],
      ['remove-file', '/etc/.netprereq.tmp', 'present', 'absent', 'planned'],
      ['unload-module', 'vxlan', 'present', 'absent', 'left'],
    ]);
  });

  test('lies in directories that go from the last one that was made, each once', () => {
    const fix = ['dir a /x', 'dir a /x/y', 'dir b /x', 'dir b /gone'];
    expect(done(planned(fix, { directories: ['/x', '/x/y'] }))).toEqual(['- /x/y', '- /x', 'forget']);
  });
});

describe('a journal', () => {
  test.for<[string, OwnedFacts, string, RegExp]>([
    ['that cannot be read', { ...owned([]), journal: undefined as never }, 'journal', /cannot be read$/],
    ['of another version', { ...owned([]), journal: ['netprereq-journal 2'] }, 'journal', /has an unknown format$/],
    [
      'that is gone, though a file of ours is there',
      owned(null, {
        files: {
          [SYSCTL_FILE]: base64(
            '# Written by kubectl netprereq. Its undo removes this file, but not when somebody else has changed it.\n',
          ),
          [MODULES_FILE]: '-',
        },
      }),
      'no-journal',
      /^there is no /,
    ],
    [
      'that is gone, and nobody can tell whose a file is',
      owned(null, { files: { [SYSCTL_FILE]: '?' } }),
      'journal',
      /whether there is a \/etc\/sysctl\.d\S* is unknown/,
    ],
  ])('%s', ([, facts, code, reason]) => {
    for (const force of [false, true]) {
      expect(refused(facts, force)).toMatchObject({ code, reason: expect.stringMatching(reason) });
    }
  });

  test('that never was leaves nothing to do but what a killed run has left', () => {
    const theirs = { [SYSCTL_FILE]: base64('kernel.panic = 5\n') };
    expect(done(planned(null, { files: theirs }))).toEqual([]);
    const left = { leftovers: ['/etc/.netprereq.tmp'], directories: ['/var/lib/netprereq'] };
    expect(done(planned(null, { files: theirs, ...left }))).toEqual(['- /etc/.netprereq.tmp', '- /var/lib/netprereq']);
  });

  test('may hold what no version has written: it is no record', () => {
    expect(done(planned(['', 'later a x y', 'net'], {}))).toEqual(['forget']);
  });
});
