import { expect } from 'vitest';
import type { ConfigFile } from '../../src/facts/facts.ts';
import { networkmanagerDevices } from '../../src/rules/networkmanager-devices.ts';
import { file, mask } from './facts.ts';
import { type RuleCase, ruleTester } from './rule-tester.ts';

const LINK = '/run/systemd/units/invocation:NetworkManager.service';
const [ETC, RUN, USR] = ['/etc', '/run', '/usr/lib'].map((root) => `${root}/NetworkManager/conf.d`);
const running = { '/run/systemd/units': true, [LINK]: true };

const node = (files: readonly ConfigFile[], paths: Record<string, boolean> = running): RuleCase['node'] => ({
  files,
  paths,
});
/** A node on which one file in /etc says this. */
const says = (...lines: string[]) => node([file(`${ETC}/k8s.conf`, ...lines)]);
const unmanaged = (list: string) => says('[keyfile]', `unmanaged-devices=${list}`);
const profile = { cni: 'canal' } as const;
const managed = { verdict: 'warn', severity: 'recommended', now: { verdict: 'fail', actual: 'managed' } } as const;
const left = { verdict: 'pass', now: { verdict: 'pass' } } as const;
const RKE2 = 'unmanaged-devices=interface-name:cali*;interface-name:flannel*';

ruleTester(networkmanagerDevices, [
  {
    name: 'warns where nothing says so, and gives the drop-in and the reload',
    node: node([]),
    profile,
    expected: {
      ...managed,
      now: { verdict: 'fail', cause: 'unset' },
      remedy: [
        `mkdir -p ${ETC} && printf '%s\\n' '[keyfile]' 'unmanaged-devices+=interface-name:cali*;interface-name:flannel*' >${ETC}/90-netprereq.conf`,
        'systemctl reload NetworkManager',
      ],
    },
  },
  {
    name: 'names tunnels of Calico in the drop-in',
    node: node([]),
    profile: { cni: 'calico' },
    expected: { ...managed, remedy: [expect.stringContaining('interface-name:vxlan.calico'), expect.any(String)] },
  },
  {
    name: 'passes with the file that RKE2 documents',
    node: node([file(`${ETC}/rke2-canal.conf`, '[keyfile]', RKE2)]),
    profile,
    expected: { ...left, now: { verdict: 'pass', source: { file: `${ETC}/rke2-canal.conf`, line: 2 } } },
  },
  ...[
    ['for all devices', unmanaged('*')],
    ['by commas and blanks', unmanaged('interface-name:eth9 , interface-name:~cali*, interface-name:flannel.?')],
    ['for the type of each', unmanaged('type:veth;driver:vxlan')],
    ['for all but the uplink', unmanaged('except:interface-name:eth0')],
    [
      'as devices of a section',
      says('[device-cni]', 'match-device=interface-name:cali*;interface-name:flannel.1', 'managed=0'),
    ],
    [
      'line by line',
      says('[keyfile]', 'unmanaged-devices+=interface-name:cali*', 'unmanaged-devices+=interface-name:=flannel.1'),
    ],
  ].map(([how, where]) => ({
    name: `passes where it is said ${how}`,
    node: where as RuleCase['node'],
    profile,
    expected: left,
  })),
  ...[
    ['names the interface of no tunnel', unmanaged('interface-name:cali*')],
    ['has a pattern without its prefix', unmanaged('cali*;flannel*')],
    ['takes them out again', unmanaged('*;except:interface-name:cali*')],
    ['takes an entry away', says('[keyfile]', RKE2, 'unmanaged-devices-=interface-name:cali*')],
    ['stands in another section', says('[main]', RKE2)],
    ['is in a file that is switched off', says('[.config]', 'enable=false', '[keyfile]', RKE2)],
    ['names a bracket, which is no pattern here', unmanaged('interface-name:[cf]*')],
    ['is of a section that manages them', says('[device-a]', 'match-device=type:veth;type:vxlan', 'managed=1')],
  ].map(([what, where]) => ({
    name: `warns where the line ${what}`,
    node: where as RuleCase['node'],
    profile,
    expected: managed,
  })),
  {
    name: 'is not misled by a right line that a later file replaces, and reads /usr/lib before the main file',
    misleads: 'grep',
    node: node([
      file(`${USR}/99-k8s.conf`, '[keyfile]', RKE2),
      file('/etc/NetworkManager/NetworkManager.conf', '[keyfile]', 'unmanaged-devices=interface-name:eth9'),
    ]),
    profile,
    expected: managed,
  },
  {
    name: 'reads /etc last',
    node: node([
      file('/etc/NetworkManager/NetworkManager.conf', '[keyfile]', 'unmanaged-devices=interface-name:eth9'),
      file(`${ETC}/00-k8s.conf`, '[keyfile]', RKE2),
    ]),
    profile,
    expected: left,
  },
  {
    name: 'is not misled by a file that one of the same name shadows',
    node: node([file(`${USR}/k8s.conf`, '[keyfile]', RKE2), mask(`${RUN}/k8s.conf`)]),
    profile,
    expected: managed,
  },
  {
    name: 'is unknown where a directory could not be listed',
    node: node([{ path: `${RUN}`, kind: 'unreadable', lines: [] }]),
    profile,
    expected: { now: { verdict: 'unknown' } },
  },
  {
    name: 'only shows it with flannel',
    node: node([]),
    profile: { cni: 'flannel' },
    expected: { verdict: 'pass', severity: 'info' },
  },
  {
    name: 'only shows it where NetworkManager is installed and it cannot be told whether it runs',
    node: node([file('/etc/NetworkManager/NetworkManager.conf', '[main]')], { [LINK]: false }),
    profile,
    expected: { severity: 'info', now: { verdict: 'fail' } },
  },
  {
    name: 'does not concern a node on which nothing shows that NetworkManager is there',
    node: node([], { [LINK]: false }),
    profile,
    expected: { verdict: 'skip', message: 'nothing shows that NetworkManager is on this node' },
  },
  {
    name: 'does not concern a node on which it does not run',
    node: node([], { '/run/systemd/units': true, [LINK]: false }),
    profile,
    expected: { verdict: 'skip' },
  },
  {
    name: 'does not concern a node without systemd',
    node: { ...node([], { '/run/systemd/units': false, [LINK]: false }), boot: { init: 'init' } },
    profile,
    expected: { verdict: 'skip' },
  },
  ...(['cilium', 'kube-router', undefined] as const).map((cni) => ({
    name: `does not concern ${cni ?? 'a CNI that is not known'}`,
    node: node([]),
    profile: { cni },
    expected: { verdict: 'skip' as const },
  })),
]);
