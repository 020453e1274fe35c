import { describe, expect, test } from 'vitest';
import type { ClusterProfile } from '../../src/cluster/profile.ts';
import { brNetfilter } from '../../src/rules/br-netfilter.ts';
import {
  BRIDGE4,
  file,
  flannel,
  mask,
  nodeFacts,
  notShipped,
  onDisk,
  unreadable,
  value,
  withoutBridgeNetfilter,
} from './facts.ts';
import { now } from './judged.ts';

const { assumptions } = flannel;
const unloaded = { loaded: false, inSysfs: false, builtin: false };

describe('br-netfilter passes by its functional path, whatever the lists say', () => {
  test.for([
    ['loaded', nodeFacts(), 'loaded'],
    [
      'built in, in modules.builtin, without a directory in /sys/module',
      nodeFacts({ modules: { br_netfilter: { ...unloaded, builtin: true, file: null } } }),
      'built-in',
    ],
    ['built in, and in no list at all', nodeFacts({ modules: { br_netfilter: notShipped } }), 'built-in'],
    [
      'built into a kernel that has no /proc/modules and no /lib/modules',
      nodeFacts({ modules: {}, kernel: { loadable: false, modulesDirectory: false, installed: [] } }),
      'built-in',
    ],
    [
      'built in by the kernel configuration',
      nodeFacts({ modules: {}, kernel: { config: { CONFIG_BRIDGE_NETFILTER: 'y' } } }),
      'built-in',
    ],
    ['nothing is known of modules', nodeFacts({ modules: {} }), 'unknown'],
    ['a container node whose host has it', nodeFacts({ modules: {}, container: 'docker' }), 'unknown'],
    ["with the value 0: that is another rule's business", nodeFacts({ sysctls: { [BRIDGE4]: value('0') } }), 'loaded'],
  ] as const)('%s', ([_name, facts, state]) => {
    expect(now(brNetfilter, facts, flannel)).toMatchObject({
      now: { verdict: 'pass', expected: 'present', actual: 'present' },
      module: { name: 'br_netfilter', state },
      message: '/proc/sys/net/bridge/bridge-nf-call-iptables exists',
      remedy: [],
    });
  });
});

const INSTALL = file('/etc/modprobe.d/cis.conf', '# CIS', 'install br-netfilter /bin/false');
const BLACKLIST = file('/usr/lib/modprobe.d/blacklist.conf', 'blacklist br_netfilter');
const LISTED = file('/etc/modules-load.d/k8s.conf', 'overlay', 'br-netfilter');

describe('br-netfilter fails when its path does not exist, and says why', () => {
  test.for([
    ['on disk, not loaded', withoutBridgeNetfilter(onDisk), 'not-loaded', 'on-disk', 'is on disk'],
    [
      'not in modules.dep and not in modules.builtin',
      withoutBridgeNetfilter(notShipped),
      'not-shipped',
      'not-shipped',
      'kernel 6.1.0-56-cloud-amd64 comes without br_netfilter',
    ],
    [
      'the kernel is configured without it',
      withoutBridgeNetfilter({}, { kernel: { config: { CONFIG_BRIDGE_NETFILTER: 'n' } } }),
      'not-shipped',
      'not-shipped',
      'comes without br_netfilter',
    ],
    [
      'the kernel was upgraded, not rebooted',
      withoutBridgeNetfilter({ loaded: false }, { kernel: { modulesDirectory: false, installed: ['6.1.0-58-amd64'] } }),
      'kernel-mismatch',
      'unknown',
      'kernel 6.1.0-56-cloud-amd64 is running, but /lib/modules only has 6.1.0-58-amd64',
    ],
    [
      'the kernel was upgraded, and a directory without modules.dep is left of it',
      withoutBridgeNetfilter(
        { loaded: false },
        { kernel: { moduleList: false, installed: ['6.1.0-56-cloud-amd64', '6.1.0-58-amd64'] } },
      ),
      'kernel-mismatch',
      'unknown',
      'kernel 6.1.0-56-cloud-amd64 is running, but /lib/modules has no modules.dep for it, only modules of 6.1.0-58-amd64',
    ],
    [
      'the kernel was upgraded, and its modules.dep could not be read',
      withoutBridgeNetfilter({ loaded: false }, { kernel: { installed: ['6.1.0-56-cloud-amd64', '6.1.0-58-amd64'] } }),
      'undetermined',
      'unknown',
      'could not be read',
    ],
    [
      'no modules.dep, and no other kernel',
      withoutBridgeNetfilter({ loaded: false, builtin: false }, { kernel: { moduleList: false } }),
      'undetermined',
      'unknown',
      '/lib/modules/6.1.0-56-cloud-amd64 has no modules.dep',
    ],
    [
      'an install line replaces it by /bin/false, spelled with a hyphen',
      withoutBridgeNetfilter(onDisk, { boot: { modprobe: [INSTALL] } }),
      'deny-listed',
      'on-disk',
      '/etc/modprobe.d/cis.conf:2 runs "/bin/false" instead of loading br_netfilter',
    ],
    [
      'an install line that reports success and loads nothing',
      withoutBridgeNetfilter(onDisk, {
        boot: { modprobe: [file('/etc/modprobe.d/a.conf', 'install br_netfilter /bin/true')] },
      }),
      'deny-listed',
      'on-disk',
      '/etc/modprobe.d/a.conf:1',
    ],
    [
      'an install line of what it needs',
      withoutBridgeNetfilter(onDisk, {
        boot: { modprobe: [file('/etc/modprobe.d/a.conf', 'install bridge /bin/false')] },
      }),
      'deny-listed',
      'on-disk',
      '/etc/modprobe.d/a.conf:1 runs "/bin/false" instead of loading bridge',
    ],
    [
      'a blacklist line, where only the boot would have loaded it',
      withoutBridgeNetfilter(onDisk, { boot: { modprobe: [BLACKLIST], modulesLoad: [LISTED] } }),
      'deny-listed',
      'on-disk',
      '/usr/lib/modprobe.d/blacklist.conf:1',
    ],
    [
      'a blacklist line alone does not stop modprobe by name',
      withoutBridgeNetfilter(onDisk, { boot: { modprobe: [BLACKLIST], modulesLoad: [] } }),
      'not-loaded',
      'on-disk',
      '/usr/lib/modprobe.d/blacklist.conf:1 denies br_netfilter to services that load modules at boot',
    ],
    [
      'the kernel command line denies it',
      withoutBridgeNetfilter(onDisk, { boot: { commandLine: 'ro module_blacklist=floppy,br_netfilter quiet' } }),
      'deny-listed',
      'on-disk',
      'the kernel refuses br_netfilter: module_blacklist=floppy,br_netfilter',
    ],
    [
      'module loading is switched off',
      withoutBridgeNetfilter(onDisk, { kernel: { modulesDisabled: value('1') } }),
      'loading-disabled',
      'on-disk',
      'kernel.modules_disabled is 1',
    ],
    [
      'a kernel without modules',
      withoutBridgeNetfilter({}, { kernel: { loadable: false, modulesDirectory: false, installed: [] } }),
      'loading-disabled',
      'unknown',
      'loads no modules',
    ],
    [
      'a container node, whatever its own /lib/modules says',
      withoutBridgeNetfilter(notShipped, { container: 'docker', kernel: { modulesDirectory: false, installed: [] } }),
      'container-node',
      'unknown',
      'this node is a container (docker)',
    ],
    [
      'loaded, but not visible in this network namespace',
      withoutBridgeNetfilter({ ...onDisk, loaded: true }),
      'undetermined',
      'loaded',
      'does not show in this network namespace',
    ],
    ['nothing is known of modules', withoutBridgeNetfilter({}), 'undetermined', 'unknown', 'could not be read'],
    [
      'modules.dep was not read',
      withoutBridgeNetfilter({ loaded: false, builtin: false }),
      'undetermined',
      'unknown',
      'could not be read',
    ],
    [
      'no kernel package on the node at all',
      withoutBridgeNetfilter({}, { kernel: { modulesDirectory: false, installed: [] } }),
      'undetermined',
      'unknown',
      '/lib/modules/6.1.0-56-cloud-amd64 does not exist',
    ],
  ] as const)('%s', ([_name, facts, cause, state, why]) => {
    const result = now(brNetfilter, facts, flannel);
    expect(result).toMatchObject({
      now: { verdict: 'fail', expected: 'present', actual: 'absent', cause },
      module: { name: 'br_netfilter', state },
      message: '/proc/sys/net/bridge/bridge-nf-call-iptables does not exist',
    });
    expect(result.why).toContain(why);
    expect(result.remedy.length).toBeGreaterThan(0);
  });

  test('the denial is also given as a source for programs', () => {
    const facts = withoutBridgeNetfilter(onDisk, { boot: { modprobe: [INSTALL] } });
    expect(now(brNetfilter, facts, flannel).now.source).toEqual({ file: '/etc/modprobe.d/cis.conf', line: 2 });
  });

  test.for([
    ['a mask', [BLACKLIST, mask('/etc/modprobe.d/blacklist.conf')]],
    [
      'a file of the same name in a directory that takes precedence',
      [file('/etc/modprobe.d/blacklist.conf'), BLACKLIST],
    ],
    [
      'another module of a similar name',
      [file('/etc/modprobe.d/b.conf', 'blacklist br_netfilter2', 'install bridge2 /bin/false')],
    ],
    [
      'an install line that does load it',
      [file('/etc/modprobe.d/b.conf', 'install br_netfilter /sbin/modprobe -i br_netfilter')],
    ],
  ] as const)('%s denies nothing', ([_name, modprobe]) => {
    const facts = withoutBridgeNetfilter(onDisk, { boot: { modprobe, modulesLoad: [LISTED] } });
    expect(now(brNetfilter, facts, flannel).now.cause).toBe('not-loaded');
  });
});

describe('br-netfilter is unknown when its path was not read', () => {
  test.for([
    ['missing from the answer', undefined, "the node's answer does not have it"],
    [
      'unreadable',
      unreadable,
      'it seems to be there, but could not be read: SELinux or file modes may forbid it, especially with --least-privilege',
    ],
  ] as const)('%s', ([_name, reading, why]) => {
    const facts = nodeFacts();
    const { [BRIDGE4]: _read, ...others } = facts.sysctls;
    const result = now(
      brNetfilter,
      { ...facts, sysctls: reading ? { ...others, [BRIDGE4]: reading } : others },
      flannel,
    );
    expect(result).toMatchObject({ now: { verdict: 'unknown', actual: null, cause: 'undetermined' }, why });
  });
});

describe('br-netfilter concerns', () => {
  const calico: ClusterProfile = { cni: 'calico', podsOnBridge: false, assumptions };
  const canal: ClusterProfile = { cni: 'canal', podsOnBridge: false, assumptions };
  const unknown: ClusterProfile = { assumptions };
  const bare = nodeFacts({ bridges: [], cni: null });
  const viaCalico = nodeFacts({ bridges: [], cni: { file: '/etc/cni/net.d/10-calico.conflist', plugins: ['calico'] } });
  const dockerOnly = nodeFacts({
    cni: null,
    programs: ['containerd'],
    bridges: [{ name: 'docker0', portCount: 1 }],
  });
  const onDocker = { ...dockerOnly, programs: ['cri-dockerd', 'containerd'] };
  const ownName = nodeFacts({
    cni: null,
    bridges: [{ name: 'mynet', portCount: 1 }],
    networks: [{ link: 'mynet', is: 'bridge', cidrs: ['0af40000/24'] }],
  });
  const leftover = nodeFacts({ cni: viaCalico.cni ?? null, bridges: [{ name: 'cni0', portCount: 0 }] });

  test.for([
    ['flannel', flannel, bare, 'required', 'flannel puts pods on a Linux bridge'],
    [
      'flannel under nftables',
      { ...flannel, kubeProxyMode: 'nftables', agentNeedsBridgeNetfilter: false },
      bare,
      'required',
      'bridge',
    ],
    ['flannel under ipvs', { ...flannel, kubeProxyMode: 'ipvs' }, bare, 'required', 'bridge'],
    [
      'canal with a flanneld that checks',
      { ...canal, agentNeedsBridgeNetfilter: true },
      bare,
      'required',
      'flanneld exits',
    ],
    ['canal with a flanneld of unknown version', canal, bare, 'recommended', 'version is not known'],
    ['an unknown CNI on a bare node', unknown, bare, 'recommended', '--cni'],
    ['an unknown CNI where docker alone has a bridge', unknown, dockerOnly, 'recommended', '--cni'],
    ['an unknown CNI where pods are on cni0', unknown, nodeFacts(), 'required', "this node's bridge cni0"],
    ['no CNI, but pods on the bridge of docker', unknown, onDocker, 'required', 'docker0'],
    [
      'an unknown CNI where pods are on a bridge of another name, which the route of the podCIDR shows',
      { ...unknown, podCIDRs: ['10.244.0.0/24'] },
      ownName,
      'required',
      'mynet',
    ],
    [
      'an unknown CNI beside a bridge of containers that are no pods',
      { ...unknown, podCIDRs: ['10.244.9.0/24'] },
      ownName,
      'recommended',
      '--cni',
    ],
    [
      'an unknown CNI whose plug-in is bridge',
      unknown,
      nodeFacts({ bridges: [], cni: { file: '/etc/cni/net.d/10-bridge.conf', plugins: ['bridge'] } }),
      'required',
      '10-bridge.conf',
    ],
    [
      'an unknown CNI whose plug-in delegates',
      unknown,
      nodeFacts({ bridges: [], cni: { file: '/etc/cni/net.d/00-multus.conf', plugins: ['multus'] } }),
      'recommended',
      '--cni',
    ],
    ['a CNI of two kinds', { cni: 'azure', assumptions }, bare, 'recommended', 'azure may or may not'],
    [
      'flannel, though the node looks like Calico',
      flannel,
      viaCalico,
      'required',
      'but /etc/cni/net.d/10-calico.conflist',
    ],
  ] as const)('%s', ([_name, profile, facts, severity, because]) => {
    const result = brNetfilter.applies(profile, facts);
    expect(result).toMatchObject({ severity, because: expect.stringContaining(because) });
  });

  test.for([
    ['Calico', calico, bare, 'calico does not put pods on a Linux bridge'],
    ['canal with a flanneld that does not check', { ...canal, agentNeedsBridgeNetfilter: false }, bare, 'canal'],
    ['an unknown CNI whose plug-in is calico', unknown, viaCalico, '10-calico.conflist names the CNI plug-in calico'],
    ['an unknown CNI with a bridge left over', unknown, leftover, 'calico'],
  ] as const)('not %s', ([_name, profile, facts, skip]) => {
    expect(brNetfilter.applies(profile, facts)).toEqual({ skip: expect.stringContaining(skip) });
  });
});

test('a node that shows pods on a bridge where the API knows of none is an open question', () => {
  const calico: ClusterProfile = { cni: 'calico', podsOnBridge: false, assumptions: [] };
  expect(brNetfilter.applies(calico, nodeFacts())).toEqual({
    severity: 'recommended',
    because: "calico does not put pods on a Linux bridge, but pods sit on this node's bridge cni0 (--cni)",
  });
});

describe('text of the node', () => {
  test('is bounded wherever it gets into a message', () => {
    const long = 'x'.repeat(10_000);
    const worst = [
      withoutBridgeNetfilter(onDisk, { container: long }),
      withoutBridgeNetfilter({}, { kernel: { release: long, modulesDirectory: false, installed: [long] } }),
      withoutBridgeNetfilter(onDisk, {
        boot: { modprobe: [file(`/etc/modprobe.d/${long}`, `install br_netfilter /bin/false ${long}`)] },
      }),
      withoutBridgeNetfilter(notShipped, { kernel: { release: long }, os: { id: 'ubuntu' } }),
      withoutBridgeNetfilter(onDisk, { bridges: [{ name: long, portCount: 1 }] }),
    ];
    for (const facts of worst) {
      const { message, why, remedy } = now(brNetfilter, facts, flannel);
      for (const text of [message, why ?? '', ...remedy]) expect(text.length).toBeLessThan(400);
    }
  });
});
