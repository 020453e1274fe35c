import { describe, expect, test } from 'vitest';
import type { BootInputs } from '../../src/facts/facts.ts';
import { absent, BRIDGE4, FORWARD4, file, flannel, mask, nodeFacts, onDisk, value } from '../rules/facts.ts';
import { moduleAtBoot, sysctlAtBoot } from '../rules/judged.ts';

const OURS = "echo 'net.ipv4.ip_forward = 1' >>/etc/sysctl.d/99-zz-netprereq.conf";

describe('ip_forward after the next boot', () => {
  const inFile = (path: string, line: string) => ({ sysctl: [file(path, line)] });
  test.for<[name: string, boot: BootInputs, state: object, remedy: string[]]>([
    [
      'a file sets 1',
      inFile('/etc/sysctl.d/k8s.conf', 'net.ipv4.ip_forward=1'),
      { verdict: 'pass', source: { file: '/etc/sysctl.d/k8s.conf', line: 1 } },
      [],
    ],
    ['nothing sets it', { sysctl: [] }, { verdict: 'fail', actual: '0', cause: 'unset' }, [OURS]],
    [
      'a file that ours beats sets 0',
      inFile('/etc/sysctl.d/99-sysctl.conf', 'net.ipv4.ip_forward=0'),
      { verdict: 'fail', actual: '0', cause: 'overridden', source: { file: '/etc/sysctl.d/99-sysctl.conf', line: 1 } },
      [OURS],
    ],
    [
      'a file that beats ours sets 0',
      inFile('/etc/sysctl.d/99-zzz-hardening.conf', 'net/ipv4/ip_forward = 0'),
      { verdict: 'fail', source: { file: '/etc/sysctl.d/99-zzz-hardening.conf', line: 1 } },
      ["sed -i '1s/^/# /' /etc/sysctl.d/99-zzz-hardening.conf", OURS],
    ],
    [
      'the alias sets 0 later',
      {
        sysctl: [
          file('/etc/sysctl.d/a.conf', 'net.ipv4.ip_forward=1'),
          file('/etc/sysctl.d/b.conf', 'net.ipv4.conf.all.forwarding=0'),
        ],
      },
      { verdict: 'fail', source: { file: '/etc/sysctl.d/b.conf', line: 1 } },
      // Without it the line of the other name suffices.
      ["sed -i '1s/^/# /' /etc/sysctl.d/b.conf"],
    ],
    [
      'the file that sets 1 is masked',
      { sysctl: [file('/usr/lib/sysctl.d/k8s.conf', 'net.ipv4.ip_forward=1'), mask('/etc/sysctl.d/k8s.conf')] },
      { verdict: 'fail', cause: 'unset' },
      [OURS],
    ],
    [
      'the service is masked',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', 'net.ipv4.ip_forward=1')], maskedUnits: ['systemd-sysctl.service'] },
      { verdict: 'fail', cause: 'unset' },
      ['systemctl unmask systemd-sysctl.service'],
    ],
    [
      'the kernel command line masks the service',
      { sysctl: [], commandLine: 'ro systemd.mask=systemd-sysctl' },
      { verdict: 'fail', cause: 'unset' },
      ['Remove systemd.mask=systemd-sysctl from the kernel command line (boot loader)', OURS],
    ],
    [
      'process 1 is none that is known',
      { sysctl: [], init: 'runit' },
      { verdict: 'unknown', actual: null, cause: 'undetermined' },
      [],
    ],
  ])('when %s', ([, boot, state, remedy]) => {
    const judged = sysctlAtBoot(FORWARD4, nodeFacts({ boot }), flannel);
    expect(judged.boot).toMatchObject(state);
    expect(judged.remedy).toEqual(remedy);
  });

  test.for([
    ['/etc/sysctl.d/99-hardening.conf', '/etc/sysctl.d/99-hardening.conf:1 sets it to 0'],
    ['/etc/sysctl.d/99-zz-netprereq.conf', "netprereq's own /etc/sysctl.d/99-zz-netprereq.conf:1 sets it to 0"],
  ])('says whose %s is, and to what it sets it', ([path = '', why]) => {
    const facts = nodeFacts({ boot: inFile(path, 'net.ipv4.ip_forward = 0') });
    expect(sysctlAtBoot(FORWARD4, facts, flannel).why).toBe(why);
  });

  test('is what Calico sets at each start, whatever the files say', () => {
    const judged = sysctlAtBoot(FORWARD4, nodeFacts(), { ...flannel, cni: 'calico', podsOnBridge: false });
    expect(judged.boot).toEqual({ verdict: 'pass', expected: '1', actual: '1', source: { agent: 'felix' } });
  });

  test('tells where sysctl --system would do otherwise', () => {
    const sysctl = [
      file('/etc/sysctl.d/k8s.conf', 'net.ipv4.ip_forward = 1'),
      file('/etc/sysctl.conf', 'net.ipv4.ip_forward = 0'),
    ];
    const judged = sysctlAtBoot(FORWARD4, nodeFacts({ boot: { sysctl } }), flannel);
    expect(judged).toMatchObject({
      boot: { verdict: 'pass', source: { file: '/etc/sysctl.d/k8s.conf' } },
      reapply: { verdict: 'fail', actual: '0', source: { file: '/etc/sysctl.conf', line: 1 } },
    });
  });
});

describe('where /etc is new at each boot', () => {
  const places = (etc: string, inEtc = etc, state = 'ext4') => ({
    '/etc': etc,
    '/etc/sysctl.d': inEtc,
    '/etc/modules-load.d': inEtc,
    '/var/lib': state,
  });
  const etc = file('/etc/sysctl.d/k8s.conf', 'net.ipv4.ip_forward = 1');
  const image = file('/usr/lib/sysctl.d/k8s.conf', 'net.ipv4.ip_forward = 1');
  const list = file('/etc/modules-load.d/k8s.conf', 'br_netfilter');
  type Case = [name: string, parts: Parameters<typeof nodeFacts>[0], ip: string, module: string];
  test.for<Case>([
    ['a tmpfs', { boot: { sysctl: [etc], fileSystems: places('tmpfs') } }, 'unknown', 'unknown'],
    ['a ramfs', { boot: { sysctl: [etc], fileSystems: places('ramfs') } }, 'unknown', 'unknown'],
    ['a tmpfs, and the image sets it', { boot: { sysctl: [image], fileSystems: places('tmpfs') } }, 'pass', 'unknown'],
    ['a tmpfs, and nothing sets it', { boot: { sysctl: [], fileSystems: places('tmpfs') } }, 'fail', 'unknown'],
    [
      'a tmpfs, but for the two directories',
      { boot: { sysctl: [etc], fileSystems: places('tmpfs', 'ext4') } },
      'pass',
      'pass',
    ],
    ['a disk', { boot: { sysctl: [etc], fileSystems: places('ext4') } }, 'pass', 'pass'],
    ['an overlay on a disk', { boot: { sysctl: [etc], fileSystems: places('overlay') } }, 'pass', 'pass'],
    [
      'an overlay of a live system',
      { boot: { sysctl: [etc], fileSystems: places('overlay'), commandLine: 'ro boot=overlay quiet' } },
      'unknown',
      'unknown',
    ],
    [
      'an overlay of a live system that keeps it',
      { boot: { sysctl: [etc], fileSystems: places('overlay'), commandLine: 'boot=live persistence' } },
      'pass',
      'pass',
    ],
    ['not read', { boot: { sysctl: [etc] } }, 'pass', 'pass'],
    ...['elemental', 'elemental-teal', 'sle-micro-rancher', 'k3os', 'kairos', 'cos'].map(
      (id): Case => [`not read, on ${id}`, { os: { id }, boot: { sysctl: [etc] } }, 'unknown', 'unknown'],
    ),
    [
      'a disk, in an image of Elemental that is being built',
      { os: { id: 'elemental' }, boot: { sysctl: [etc], image: true } },
      'pass',
      'pass',
    ],
    [
      'a tmpfs, in NixOS, which generates it',
      { os: { id: 'nixos' }, boot: { sysctl: [etc], fileSystems: places('tmpfs') } },
      'pass',
      'pass',
    ],
  ])('and it lies on %s', ([, parts = {}, ip, module]) => {
    const boot = { ...parts.boot, modulesLoad: [list] };
    const facts = nodeFacts({ ...parts, boot });
    // Of a CNI plug-in that loads nothing by itself.
    const profile = { ...flannel, cni: 'bridge' } as const;
    expect([
      sysctlAtBoot(FORWARD4, facts, profile).boot.verdict,
      moduleAtBoot('br_netfilter', facts, profile).boot.verdict,
    ]).toEqual([ip, module]);
  });

  test('says why, and how such a system keeps it', () => {
    const facts = nodeFacts({ boot: { sysctl: [etc], fileSystems: places('tmpfs') } });
    expect(sysctlAtBoot(FORWARD4, facts, flannel)).toMatchObject({
      message: 'whether net.ipv4.ip_forward is on after a reboot is not known',
      why: '/etc is new at each boot of this system, and what will be in it then is not known',
      remedy: [expect.stringContaining('DaemonSet')],
    });
  });
});

describe('what sysctl --system makes of it is told where the boot makes something else of it', () => {
  const D = '/etc/sysctl.d/k8s.conf';
  const MAIN = '/etc/sysctl.conf';
  test.for<[name: string, sysctl: BootInputs['sysctl'], now: string, boot: string, reapply: object | undefined]>([
    [
      'Debian 13 has no link to /etc/sysctl.conf',
      [file(MAIN, `${FORWARD4}=1`)],
      '1',
      '0',
      { verdict: 'pass', actual: '1', source: { file: MAIN, line: 1 } },
    ],
    ['by hand it was switched on', [], '1', '0', { verdict: 'pass', actual: '1' }],
    ['a file is what both read last', [file(D, `${FORWARD4}=1`)], '0', '1', undefined],
    ['a file switches it off in both', [file(D, `${FORWARD4}=0`)], '1', '0', undefined],
  ])('%s', ([, sysctl, now, boot, reapply]) => {
    const facts = nodeFacts({ sysctls: { [FORWARD4]: value(now) }, boot: { sysctl: sysctl ?? [] } });
    const judged = sysctlAtBoot(FORWARD4, facts, flannel);
    expect(judged.boot.actual).toBe(boot);
    expect(judged.reapply).toEqual(reapply && expect.objectContaining(reapply));
  });

  test('and not for a sysctl that does not exist', () => {
    const facts = nodeFacts({ sysctls: { [BRIDGE4]: absent } });
    expect(sysctlAtBoot(BRIDGE4, facts, flannel)).not.toHaveProperty('reapply');
  });
});

test('a bridge switch is judged as if its module came, which is another finding', () => {
  const facts = nodeFacts({ boot: { modulesLoad: [], sysctl: [file('/etc/sysctl.d/kvm.conf', `${BRIDGE4} = 0`)] } });
  expect(moduleAtBoot('br_netfilter', facts, flannel).boot).toMatchObject({ verdict: 'fail', cause: 'not-loaded' });
  // Without anything that loads it early, systemd-sysctl finds no such key, and the kernel's own 1 stays.
  expect(sysctlAtBoot(BRIDGE4, facts, flannel).boot).toMatchObject({ verdict: 'pass', actual: '1' });
  const early = nodeFacts({ boot: { sysctl: [file('/etc/sysctl.d/kvm.conf', `${BRIDGE4} = 0`)] } });
  expect(sysctlAtBoot(BRIDGE4, early, flannel).boot).toMatchObject({
    verdict: 'fail',
    source: { file: '/etc/sysctl.d/kvm.conf', line: 1 },
  });
});

describe('br_netfilter after the next boot', () => {
  const modules = {
    br_netfilter: { ...onDisk, loaded: true },
    bridge: { ...onDisk, file: 'kernel/net/bridge/bridge.ko', dependencies: [] },
  };
  test.for<[name: string, boot: BootInputs, state: object, remedy: string[]]>([
    ['a file lists it', {}, { verdict: 'pass', source: { file: '/etc/modules-load.d/k8s.conf', line: 2 } }, []],
    [
      'nothing lists it',
      { modulesLoad: [] },
      { verdict: 'fail', actual: 'absent', cause: 'not-loaded' },
      ["echo 'br_netfilter' >>/etc/modules-load.d/netprereq.conf"],
    ],
    [
      'it is on the deny list',
      { modprobe: [file('/etc/modprobe.d/no.conf', 'blacklist br-netfilter')] },
      { verdict: 'fail', cause: 'deny-listed', source: { file: '/etc/modprobe.d/no.conf', line: 1 } },
      ["sed -i '1s/^/# /' /etc/modprobe.d/no.conf"],
    ],
    ['modprobe.d was not read', { modprobe: undefined as never }, { verdict: 'unknown', actual: null }, []],
  ])('when %s', ([, boot, state, remedy]) => {
    const judged = moduleAtBoot('br_netfilter', nodeFacts({ modules, boot }), flannel);
    expect(judged.boot).toMatchObject(state);
    expect(judged.remedy).toEqual(remedy);
  });
});
