import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import type { CniId } from '../../src/cnis/lookup.ts';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { evaluateImage, evaluateNode } from '../../src/judge/evaluate.ts';
import { findRules } from '../../src/judge/find-rules.ts';
import { factsAfter } from '../../src/plan/facts-after.ts';
import { type PlanOptions, planNode } from '../../src/plan/planner.ts';
import {
  absent,
  BRIDGE4,
  BRIDGE6,
  CONNTRACK,
  FORWARD4,
  FORWARD6,
  file,
  flannel,
  mask,
  NOTHING_OWNED,
  notShipped,
  onDisk,
  unreadable,
  value,
} from '../rules/facts.ts';
import { RULES } from '../support/rules.ts';
import { worded } from '../support/worded.ts';
import { BOOT_ID, brief, KEPT, plan, planned, refused, sound } from './nodes.ts';

const SYSCTL_FILE = '/etc/sysctl.d/99-zz-netprereq.conf';
const MODULES_FILE = '/etc/modules-load.d/netprereq.conf';
const ipv4: ClusterProfile = { ...flannel, ipFamilies: ['IPv4'] };
const undetected: ClusterProfile = { assumptions: [] };
const loaded = { loaded: true, builtin: false, file: 'kernel/x.ko', dependencies: [] };
const noBridgeFilter = { [BRIDGE4]: absent, [BRIDGE6]: absent };

/** A node without br_netfilter, which nothing loads at boot. */
const bare = (parts: Parameters<typeof sound>[0] = {}) =>
  sound({
    modules: { br_netfilter: onDisk, nf_conntrack: loaded },
    ...parts,
    sysctls: { ...noBridgeFilter, ...parts?.sysctls },
    boot: { modulesLoad: [], ...parts?.boot },
  });

const LOADS = [
  'keep-module br_netfilter',
  'load-module br_netfilter',
  `set-sysctl ${BRIDGE4} absent→1`,
  `set-sysctl ${BRIDGE6} absent→1`,
];

describe('the steps of a plan', () => {
  const cases: [name: string, facts: NodeFacts, profile: ClusterProfile, options: PlanOptions, steps: string[]][] = [
    ['none for a node that lacks nothing', sound(), flannel, {}, []],
    ['load and keep a module, then see to its sysctls', bare(), flannel, {}, LOADS],
    ['see to the sysctls of the families that the cluster uses', bare(), ipv4, {}, LOADS.slice(0, 3)],
    [
      'keep a module that is loaded and will be lost',
      sound({ boot: { modulesLoad: [] } }),
      flannel,
      {},
      ['keep-module br_netfilter'],
    ],
    [
      'load a module that only has not been loaded yet',
      bare({ boot: { modulesLoad: [file('/etc/modules-load.d/k8s.conf', 'br_netfilter')] } }),
      ipv4,
      {},
      LOADS.slice(1, 3),
    ],
    [
      'set and keep forwarding, files first',
      sound({ sysctls: { [FORWARD4]: value('0') }, boot: { sysctl: [] } }),
      ipv4,
      {},
      [`keep-sysctl ${FORWARD4} absent→1`, `set-sysctl ${FORWARD4} 0→1`],
    ],
    [
      'set what the files have right already',
      sound({ sysctls: { [FORWARD4]: value('0') } }),
      flannel,
      {},
      [`set-sysctl ${FORWARD4} 0→1`],
    ],
    ['keep what is right only now', sound({ boot: { sysctl: [] } }), ipv4, {}, [`keep-sysctl ${FORWARD4} absent→1`]],
    ['write a value of 2 for on', sound({ sysctls: { [FORWARD4]: value('2') } }), ipv4, {}, []],
    [
      'put all kinds in their order',
      bare({ sysctls: { [FORWARD4]: value('0'), [FORWARD6]: value('0') }, boot: { sysctl: [] } }),
      flannel,
      {},
      [
        `keep-sysctl ${FORWARD4} absent→1`,
        `keep-sysctl ${FORWARD6} absent→1`,
        ...LOADS,
        `set-sysctl ${FORWARD4} 0→1`,
        `set-sysctl ${FORWARD6} 0→1`,
      ],
    ],
    [
      'add to what an earlier run wrote',
      sound({ sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [file(SYSCTL_FILE, `${FORWARD4} = 1`)] } }),
      flannel,
      {},
      [`keep-sysctl ${FORWARD6} absent→1`, `set-sysctl ${FORWARD6} 0→1`],
    ],
    [
      'replace a line of our own that says otherwise',
      sound({ boot: { sysctl: [file(SYSCTL_FILE, '# netprereq', `${FORWARD4} = 0`)] } }),
      ipv4,
      {},
      [`keep-sysctl ${FORWARD4} 0→1`],
    ],
    [
      "keep a bridge's sysctl that a file would set to 0, once the module comes before the files are applied",
      bare({ boot: { sysctl: [KEPT, file('/usr/lib/sysctl.d/60-virt.conf', `${BRIDGE4} = 0`)] } }),
      ipv4,
      {},
      [`keep-sysctl ${BRIDGE4} absent→1`, ...LOADS.slice(0, 3)],
    ],
    [
      'set a 0 that somebody wrote',
      sound({ sysctls: { [BRIDGE4]: value('0') } }),
      flannel,
      {},
      [`set-sysctl ${BRIDGE4} 0→1`],
    ],
    [
      'load connection tracking, which did not come by itself, and keep it',
      sound({ modules: { br_netfilter: loaded, nf_conntrack: onDisk }, sysctls: { [CONNTRACK]: absent } }),
      flannel,
      {},
      ['keep-module nf_conntrack', 'load-module nf_conntrack'],
    ],
    [
      'write no file with --runtime-only',
      bare({ boot: { sysctl: [] } }),
      ipv4,
      { runtimeOnly: true },
      LOADS.slice(1, 3),
    ],
    [
      'nothing for the next boot with --runtime-only',
      sound({ boot: { sysctl: [] } }),
      flannel,
      { runtimeOnly: true },
      [],
    ],
    ['leave alone what is only recommended', bare({ bridges: [], cni: null }), undetected, {}, []],
    [
      'repair what is recommended when --only names it',
      bare({ bridges: [], cni: null }),
      undetected,
      { only: ['br-netfilter'] },
      LOADS.slice(0, 2),
    ],
    [
      'repair nothing that --only leaves out',
      bare({ sysctls: { [FORWARD4]: value('0') } }),
      flannel,
      { only: ['ipv4-forwarding'] },
      [`set-sysctl ${FORWARD4} 0→1`],
    ],
    [
      'nothing for a rule that does not apply, whoever names it',
      bare({ bridges: [], cni: null }),
      { ...flannel, cni: 'calico', podsOnBridge: false },
      { only: ['br-netfilter'] },
      [],
    ],
  ];
  test.for(cases)('%s', ([, facts, profile, options, steps]) => {
    const result = planned(plan(facts, profile, options));
    expect(brief(result.steps)).toEqual(steps);
    expect(result.manual).toEqual([]);
    expect(result).toMatchObject({ node: 'node-1', bootId: BOOT_ID });
    expect(result.steps.every(({ why }) => why.length > 0)).toBe(true);
  });

  test.for(cases.filter(([, , profile, { runtimeOnly }]) => !runtimeOnly && profile !== undetected))(
    'when they have been taken, nothing required fails and there is nothing left to do: %s',
    ([, facts, profile, options]) => {
      const { steps } = planned(plan(facts, profile, options));
      const rules = options.only ? findRules(options.only, RULES).rules : RULES;
      const after = factsAfter(facts, steps);
      const failing = evaluateNode(profile, after, rules).filter(
        ({ verdict }) => verdict !== 'pass' && verdict !== 'skip',
      );
      expect(failing).toEqual([]);
      expect(planned(plan(after, profile, options, rules)).steps).toEqual([]);
    },
  );

  test('a rule that is judged alone brings the module that it needs', () => {
    const { rules } = findRules(['bridge-nf-call-iptables'], RULES);
    expect(brief(planned(plan(bare(), flannel, {}, rules)).steps)).toEqual(LOADS.slice(0, 3));
  });
});

describe('what no step can repair is left to a person', () => {
  const ubuntu = { id: 'ubuntu', versionId: '24.04' };
  test.for<[string, NodeFacts, ClusterProfile, string[], { message: RegExp; remedy: string[] }[]]>([
    [
      'a module that the kernel comes without: its package by the exact name',
      bare({
        os: ubuntu,
        modules: { br_netfilter: notShipped, nf_conntrack: loaded },
        kernel: { release: '6.8.0-31-generic', installed: ['6.8.0-31-generic'], images: ['6.8.0-31-generic'] },
      }),
      ipv4,
      [],
      [
        {
          message: /^br_netfilter cannot be loaded: kernel 6\.8\.0-31-generic comes without br_netfilter$/,
          remedy: ['apt-get install -y "linux-modules-extra-6.8.0-31-generic"', 'Then run fix again'],
        },
      ],
    ],
    [
      'a kernel that was upgraded: reboot, and the module comes with it',
      bare({
        modules: { nf_conntrack: loaded },
        kernel: {
          modulesDirectory: false,
          installed: ['6.1.0-57-cloud-amd64'],
          images: ['6.1.0-57-cloud-amd64'],
          others: [{ release: '6.1.0-57-cloud-amd64', modules: { br_netfilter: onDisk, nf_conntrack: onDisk } }],
        },
      }),
      ipv4,
      ['keep-module br_netfilter'],
      [
        {
          message: /kernel 6\.1\.0-56-cloud-amd64 is running, but/,
          remedy: ['Drain the node and reboot it into the installed kernel'],
        },
      ],
    ],
    [
      'a deny-list: named, not edited',
      bare({
        boot: { modprobe: [file('/etc/modprobe.d/cis.conf', '# hardening', 'install br_netfilter /bin/false')] },
      }),
      ipv4,
      [],
      [
        {
          message: /\/etc\/modprobe\.d\/cis\.conf:2 runs .* \(not edited/,
          remedy: ["sed -i '2s/^/# /' /etc/modprobe.d/cis.conf", 'Then run fix again'],
        },
      ],
    ],
    [
      'a blacklist: it only matters at the boot',
      bare({ boot: { modprobe: [file('/etc/modprobe.d/cis.conf', 'blacklist br_netfilter')] } }),
      ipv4,
      LOADS.slice(1, 3),
      [
        {
          message: /and a line of netprereq would not change that: .*cis\.conf:1/,
          remedy: ["sed -i '1s/^/# /' /etc/modprobe.d/cis.conf", 'Then run fix again'],
        },
      ],
    ],
    [
      'a kernel that refuses the module on its command line',
      bare({ boot: { commandLine: 'ro module_blacklist=br_netfilter' } }),
      ipv4,
      [],
      [
        {
          message: /the kernel refuses br_netfilter: module_blacklist=br_netfilter/,
          remedy: [
            'Remove module_blacklist=br_netfilter from the kernel command line (boot loader)',
            'Then reboot',
            'Then run fix again',
          ],
        },
      ],
    ],
    [
      'loading that was switched off until the reboot',
      bare({ kernel: { modulesDisabled: value('1') } }),
      ipv4,
      ['keep-module br_netfilter'],
      [
        {
          message: /modules_disabled is 1/,
          remedy: ['Remove kernel.modules_disabled=1 (NixOS: security.lockKernelModules), then reboot'],
        },
      ],
    ],
    [
      'a file that sorts after ours',
      sound({
        sysctls: { [FORWARD4]: value('0') },
        boot: { sysctl: [file('/etc/sysctl.d/99-zzz-cis.conf', '', `${FORWARD4} = 0`)] },
      }),
      ipv4,
      [`keep-sysctl ${FORWARD4} absent→1`, `set-sysctl ${FORWARD4} 0→1`],
      [
        {
          message:
            /will be 0 after a reboot, with this plan too: \/etc\/sysctl\.d\/99-zzz-cis\.conf:2 sets it.*not edited/,
          remedy: ["sed -i '2s/^/# /' /etc/sysctl.d/99-zzz-cis.conf"],
        },
      ],
    ],
    [
      'a masked service',
      sound({ boot: { sysctl: [], maskedUnits: ['systemd-sysctl.service'] } }),
      ipv4,
      [`keep-sysctl ${FORWARD4} absent→1`],
      [
        {
          message: /^(?=.*will be 0 after a reboot, with this plan too)(?!.*not edited)/,
          remedy: ['systemctl unmask systemd-sysctl.service'],
        },
      ],
    ],
    [
      'a service that is missing: nothing is said of a line of our own file',
      sound({ boot: { sysctl: [file(SYSCTL_FILE, `${FORWARD4} = 1`)], absentUnits: ['systemd-sysctl.service'] } }),
      ipv4,
      [],
      [
        {
          message: /^(?=.*99-zz-netprereq\.conf:\d sets 1, which has no effect)(?!.*not edited)/,
          remedy: ['Reinstall the package of systemd that has systemd-sysctl.service'],
        },
      ],
    ],
    [
      'a masked service that would load the module: the line waits for it',
      sound({ boot: { modulesLoad: [], maskedUnits: ['systemd-modules-load.service'] } }),
      ipv4,
      ['keep-module br_netfilter'],
      [
        {
          message: /systemd-modules-load\.service is masked/,
          remedy: ['systemctl unmask systemd-modules-load.service'],
        },
      ],
    ],
    [
      'sysctl --system, which reads /etc/sysctl.conf after our file',
      sound({ sysctls: { [FORWARD4]: value('0') }, boot: { sysctl: [file('/etc/sysctl.conf', `${FORWARD4}=0`)] } }),
      ipv4,
      [`keep-sysctl ${FORWARD4} absent→1`, `set-sysctl ${FORWARD4} 0→1`],
      [
        {
          message: /^sysctl --system would set net\.ipv4\.ip_forward to 0 again: \/etc\/sysctl\.conf:1/,
          remedy: ['Remove /etc/sysctl.conf:1, or do not run sysctl --system'],
        },
      ],
    ],
    [
      'IPv6 that is switched off, which forwarding does not mend',
      sound({ sysctls: { 'net.ipv6.conf.all.disable_ipv6': value('1') } }),
      flannel,
      [],
      [
        {
          message: /disable_ipv6 is 1: IPv6 is switched off/,
          remedy: ['sysctl -w net.ipv6.conf.all.disable_ipv6=0'],
        },
      ],
    ],
    [
      'a process 1 that is not known: the line is written, and nobody claims that it is read',
      sound({ sysctls: { [FORWARD4]: value('0') }, boot: { init: 'runit', sysctl: [] } }),
      { ...ipv4, podsOnBridge: false, cni: 'kindnet' },
      [`keep-sysctl ${FORWARD4} absent→1`, `set-sysctl ${FORWARD4} 0→1`],
      [
        {
          message: /^whether net\.ipv4\.ip_forward is on after a reboot is not known, with this plan too/,
          remedy: ['Make sure that runit applies /etc/sysctl.d at each boot: whether it does is unknown'],
        },
      ],
    ],
  ])('%s', ([, facts, profile, steps, manual]) => {
    const result = planned(plan(facts, profile));
    expect(brief(result.steps)).toEqual(steps);
    expect(worded(result.manual)).toEqual(
      manual.map(({ message, remedy }) => ({
        rule: expect.any(String),
        message: expect.stringMatching(message),
        remedy,
      })),
    );
  });
});

describe('OpenRC', () => {
  const alpine = (runlevels: string[] | undefined) =>
    bare({
      os: { id: 'alpine', versionId: '3.22' },
      sysctls: { [FORWARD4]: value('0') },
      boot: { init: 'init', sysctl: [], ...(runlevels && { runlevels }) },
    });
  const STEPS = [`keep-sysctl ${FORWARD4} absent→1`, ...LOADS.slice(0, 3), `set-sysctl ${FORWARD4} 0→1`];

  test('reads our files in services of a runlevel', () => {
    const result = planned(plan(alpine(['boot/modules', 'boot/sysctl']), ipv4));
    expect(brief(result.steps)).toEqual(STEPS);
    expect(result.manual).toEqual([]);
  });

  test('leaves to a person what puts them there', () => {
    const result = planned(plan(alpine(['boot/hostname']), ipv4));
    expect(brief(result.steps)).toEqual(STEPS);
    expect(worded(result.manual).flatMap(({ remedy }) => remedy)).toEqual([
      'rc-update add modules boot',
      'rc-update add sysctl boot',
    ]);
  });
});

describe('a node is refused', () => {
  const virtual = {
    bridges: [
      { name: 'virbr0', portCount: 2, ports: ['vnet0', 'vnet1'] },
      { name: 'cni0', portCount: 1, ports: ['veth0'] },
    ],
  };
  const unread = { ...bare(), bridges: undefined } as unknown as NodeFacts;
  const advertised = (accept: string | undefined, link = 'eth0.100', forwarding = '0') =>
    sound({
      advertisedRoutes: [link],
      sysctls: {
        [FORWARD6]: value(forwarding),
        ...(accept !== undefined && { [`net.ipv6.conf.${link.replaceAll('.', '/')}.accept_ra`]: value(accept) }),
      },
    });
  test.for<[string, NodeFacts, PlanOptions, RegExp, RegExp]>([
    [
      'when something required is not known',
      sound({ sysctls: { [FORWARD4]: unreadable } }),
      {},
      /^ipv4-forwarding is not known: \/proc\/sys\/net\/ipv4\/ip_forward was not read \(it seems to be there, but could not be read: /,
      /^cat \/proc/,
    ],
    [
      'when that is all that is wrong besides a failure',
      bare({ sysctls: { [FORWARD4]: unreadable } }),
      {},
      /^ipv4-forwarding is not known/,
      /^cat/,
    ],
    ['without a boot id', bare({ boot: { id: '' } }), {}, /boot id was not read/, /^$/],
    [
      'when our file was linked away',
      sound({
        sysctls: { [FORWARD4]: value('0') },
        boot: { sysctl: [mask(SYSCTL_FILE)] },
        owned: { ...NOTHING_OWNED, files: { [SYSCTL_FILE]: 'link' } },
      }),
      {},
      /99-zz-netprereq\.conf is not a plain file/,
      /^ls -l/,
    ],
    [
      'when our other file was linked away',
      bare({
        boot: { modulesLoad: [mask(MODULES_FILE)] },
        owned: { ...NOTHING_OWNED, files: { [MODULES_FILE]: '?' } },
      }),
      {},
      /modules-load\.d\/netprereq\.conf is not a plain file/,
      /^ls -l/,
    ],
    [
      'when other bridges would be filtered',
      bare(virtual),
      {},
      /bridges in use that carry no pods: virbr0$/,
      /--allow-other-bridges/,
    ],
    [
      'when other bridges would be filtered by a value',
      sound({ ...virtual, sysctls: { [BRIDGE4]: value('0') } }),
      {},
      /carry no pods: virbr0$/,
      /iptables -S FORWARD/,
    ],
    [
      'when other bridges are filtered after the next boot',
      bare({ ...virtual, kernel: { modulesDisabled: value('1') } }),
      {},
      /virbr0/,
      /nft list/,
    ],
    ['when the bridges were not read', unread, {}, /bridges were not read/, /--allow-other-bridges/],
    [
      'when the default routes were not read',
      { ...advertised('1'), advertisedRoutes: undefined } as unknown as NodeFacts,
      {},
      /routes were not read/,
      /ip -6 route/,
    ],
    [
      'when accept_ra of such a route was not read',
      advertised(undefined),
      {},
      /eth0\.100.* accept_ra was not read/,
      /Give eth0\.100/,
    ],
    ['when accept_ra is neither 1 nor 2', advertised('0'), {}, /accept_ra is 0/, /Give/],
    ['when a link has a name for a shell', advertised('1', '$(id)'), {}, /\$\(id\)/, /Give/],
    ['when a link has the name of a pattern', advertised('1', 'all'), {}, /default route of all/, /Give/],
  ])('%s', ([, facts, options, reason, remedy]) => {
    const result = refused(plan(facts, flannel, options));
    expect(result.node).toBe('node-1');
    expect(result.reason).toMatch(reason);
    expect(worded(result.remedy).join('\n')).toMatch(remedy);
  });

  test('not for other bridges that somebody has looked at, and the step names them', () => {
    const { steps } = planned(plan(bare(virtual), ipv4, { allowOtherBridges: true }));
    expect(brief(steps)).toEqual(LOADS.slice(0, 3));
    expect(steps[1]?.why).toMatch(/also filters virbr0$/);
  });

  test.each<[cni: CniId | undefined, looks: boolean]>([
    ['calico', true],
    ['bridge', true],
    [undefined, true],
    ['flannel', false],
    ['canal', false],
    ['kube-router', false],
    ['weave', false],
  ])(
    'nor by the policy of FORWARD, at which the node looks itself unless the CNI adds rules to it: %s',
    (cni, looks) => {
      const { cni: _, ...rest } = ipv4;
      const profile: ClusterProfile = { ...rest, podsOnBridge: true, ...(cni !== undefined && { cni }) };
      const result = planned(plan(bare(), profile));
      expect([brief(result.steps).includes('load-module br_netfilter'), result.guards ?? []]).toEqual([
        true,
        looks ? ['forward'] : [],
      ]);
      expect(planned(plan(bare(), profile, { allowOtherBridges: true })).guards).toBe(undefined);
      const forwarding = planned(plan(sound({ sysctls: { [FORWARD4]: value('0') } }), profile));
      expect([forwarding.steps.length > 0, forwarding.guards]).toEqual([true, undefined]);
    },
  );

  test('not for other bridges that are filtered already', () => {
    expect(brief(planned(plan(sound({ ...virtual, boot: { modulesLoad: [] } }), flannel)).steps)).toEqual([
      'keep-module br_netfilter',
    ]);
  });

  test('not for a link that keeps its route', () => {
    expect(brief(planned(plan(advertised('2'), flannel)).steps)).toEqual([`set-sysctl ${FORWARD6} 0→1`]);
  });

  test('not for a default route that accept_ra can save: that comes first, now and at the boot', () => {
    const accept = 'net.ipv6.conf.eth0/100.accept_ra';
    const facts = advertised('1');
    expect(brief(planned(plan(facts, flannel)).steps)).toEqual([
      `set-sysctl ${accept} 1→2`,
      `set-sysctl ${FORWARD6} 0→1`,
    ]);
    const unkept = { ...facts, boot: { ...facts.boot, sysctl: [] } };
    expect(brief(planned(plan(unkept, flannel)).steps)).toEqual([
      `keep-sysctl ${accept} absent→2`,
      `keep-sysctl ${FORWARD4} absent→1`,
      `keep-sysctl ${FORWARD6} absent→1`,
      `set-sysctl ${accept} 1→2`,
      `set-sysctl ${FORWARD6} 0→1`,
    ]);
  });

  test.for([
    ['nothing keeps it', [], true],
    ['a file sets it', [file('/etc/sysctl.d/10-ra.conf', 'net/ipv6/conf/eth0.100/accept_ra=2')], false],
    ['a pattern sets it', [file('/etc/sysctl.d/10-ra.conf', 'net.ipv6.conf.eth*.accept_ra=2')], false],
    [
      'a later file sets it back',
      [
        file('/etc/sysctl.d/10-ra.conf', 'net/ipv6/conf/eth0.100/accept_ra=2'),
        file('/etc/sysctl.d/20.conf', 'net/ipv6/conf/eth0.100/accept_ra=1'),
      ],
      true,
    ],
    ['our own file sets it', [file(SYSCTL_FILE, 'net.ipv6.conf.eth0/100.accept_ra = 2')], false],
  ] as const)('accept_ra of 2 is kept along with forwarding: %s', ([, sysctl, keeps]) => {
    const facts = advertised('2');
    const { steps } = planned(plan({ ...facts, boot: { ...facts.boot, sysctl } }, flannel));
    expect(brief(steps).some((step) => step.startsWith('keep-sysctl net.ipv6.conf.eth0/100.accept_ra'))).toBe(keeps);
  });
});

describe('systems whose files are not written', () => {
  const bottlerocket = { id: 'bottlerocket' };
  const TALKS = /no file is written$/;
  test.for<[string, Parameters<typeof sound>[0], RegExp]>([
    [
      'Talos',
      { os: { id: 'talos' }, sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [] } },
      /machine\.sysctls: \{net\.ipv6\.conf\.all\.forwarding/,
    ],
    ['Bottlerocket', { os: bottlerocket, sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [] } }, /apiclient set/],
    [
      'NixOS',
      { os: { id: 'nixos' }, sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [] } },
      /boot\.kernel\.sysctl/,
    ],
    ['OpenShift', { os: { id: 'rhcos' }, sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [] } }, /Tuned profile/],
    ['Flatcar', { os: { id: 'flatcar' }, sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [] } }, /Butane/],
    [
      'Elemental',
      { os: { id: 'elemental' }, sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [] } },
      /startup script/,
    ],
    ['COS', { os: { id: 'cos' }, sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [] } }, /startup script/],
    [
      'a container',
      { container: 'docker', sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [] } },
      /It lasts as long as the container/,
    ],
  ])('%s: refused with its own snippet, and the running kernel only when asked for', ([, parts, snippet]) => {
    const facts = sound(parts);
    const { reason, remedy } = refused(plan(facts, flannel));
    expect(reason).toMatch(TALKS);
    expect(worded(remedy).join('\n')).toMatch(snippet);
    expect(remedy.at(-1)).toContain('--runtime-only');
    expect(worded(remedy).filter((line) => /^(sysctl -w|modprobe)/.test(line))).toEqual([]);
    const result = planned(plan(facts, flannel, { runtimeOnly: true }));
    expect(brief(result.steps)).toEqual([`set-sysctl ${FORWARD6} 0→1`]);
    expect(
      worded(result.manual)
        .flatMap((manual) => manual.remedy)
        .join('\n'),
    ).toMatch(snippet);
  });

  test('a container loads no module, its outer host does', () => {
    const result = planned(plan(bare({ container: 'kind' }), ipv4, { runtimeOnly: true }));
    expect(result.steps).toEqual([]);
    expect(result.manual[0]).toMatchObject({
      rule: 'br-netfilter',
      message: expect.stringContaining('its outer host loads br_netfilter'),
    });
    expect(worded(result.manual).flatMap(({ remedy }) => remedy)).toContain(
      "On the machine that runs this node's container: modprobe br_netfilter",
    );
  });

  test('one whose journal would not outlast a boot is refused, but for the running kernel', () => {
    const fileSystems = { '/etc': 'ext4', '/etc/sysctl.d': 'ext4', '/etc/modules-load.d': 'ext4', '/var/lib': 'tmpfs' };
    const facts = sound({ sysctls: { [FORWARD6]: value('0') }, boot: { sysctl: [], fileSystems } });
    expect(refused(plan(facts, flannel)).reason).toMatch(/^\/var\/lib is new at each boot/);
    expect(brief(planned(plan(facts, flannel, { runtimeOnly: true })).steps)).toEqual([`set-sysctl ${FORWARD6} 0→1`]);
  });

  test('one that lacks nothing is not refused', () => {
    expect(planned(plan(sound({ os: { id: 'flatcar' } }), flannel)).steps).toEqual([]);
  });
});

describe('an image that is being built', () => {
  const planImage = (parts: Parameters<typeof sound>[0], options: PlanOptions = { filesOnly: true }) => {
    const facts = sound({ sysctls: {}, ...parts, boot: { sysctl: [], modulesLoad: [], ...parts?.boot } });
    const findings = evaluateImage(flannel, facts, RULES);
    return planNode({ node: 'image', facts, findings }, flannel, options);
  };

  test('gets lines for the next boot, and no step for the kernel that happens to run', () => {
    const { steps } = planned(planImage({}));
    expect(steps.length).toBeGreaterThan(0);
    expect([...new Set(steps.map((step) => step.do))]).toEqual(['keep-sysctl', 'keep-module']);
  });

  test('gets them whatever bridges the machine that builds it has', () => {
    const bridges = [{ name: 'docker0', portCount: 2, ports: ['veth1', 'veth2'] }];
    expect(planned(planImage({ bridges })).steps.map((step) => step.do)).toContain('keep-module');
  });

  test('gets them, too, when nobody knows what kernel it will boot', () => {
    const unknown = { kernel: { modulesDirectory: false, installed: [] }, modules: {} };
    expect(planned(planImage(unknown)).steps.map((step) => step.do)).toContain('keep-module');
  });
});
