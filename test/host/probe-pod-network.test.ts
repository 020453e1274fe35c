import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { NodeFacts } from '../../src/facts/facts.ts';
import { parseFacts } from '../../src/facts/parse.ts';
import { mergeRequests, NOTHING_ASKED } from '../../src/facts/request.ts';
import { probeScript } from '../../src/probe/script.ts';
import { type Entry, nodeTree } from './node-tree.ts';
import { noNamespaces, SHELLS, titleOf } from './shells.ts';

const work = mkdtempSync(join(tmpdir(), 'netprereq-pod-network-'));
afterAll(() => rmSync(work, { recursive: true }));

const REQUEST = mergeRequests([{ ...NOTHING_ASKED, kinds: ['bridges', 'cni', 'links', 'programs'] }]);
const SCRIPT = probeScript(REQUEST);

// Programs by their names: what they are called is the name of the script.
for (const name of ['kube-proxy', 'kubelite', 'containerd', 'crio', 'cri-dockerd', 'k3s-server']) {
  writeFileSync(join(work, name), '#!/bin/sh\nsleep 20\n');
  chmodSync(join(work, name), 0o755);
}

const because = noNamespaces ? ` (skipped: ${noNamespaces})` : '';

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `how pods are connected, under $title${because}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined);

    /** What a machine tells after these lines of a shell; pod PID is a process in a network namespace of its own. */
    const told = (lines: readonly string[], entries: Readonly<Record<string, Entry>> = {}): NodeFacts => {
      using node = nodeTree(entries);
      const setUp = [
        'mount -t sysfs none /sys',
        'unshare -n sleep 20 & pod=$!',
        'until [ "$(readlink /proc/$pod/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done',
        ...lines,
        '"$@"',
      ].join('\n');
      const root = Object.keys(entries).length > 0 ? node.root : '';
      const probe = ['env', `PATH=${shell.path}`, ...shell.command, '-c', SCRIPT, 'netprereq', 'local', root];
      const args = ['-r', '-n', '-m', '-p', '-f', '--mount-proc', '--kill-child', 'sh', '-c', setUp, 'node', ...probe];
      const { stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', timeout: 30_000, cwd: work });
      expect(stderr).toBe('');
      return parseFacts(stdout, REQUEST);
    };

    check('names the networks of bridges and of links that leave without one', () => {
      const { networks, ipvsLink, bridges } = told([
        'ip link add cni0 type bridge && ip addr add 10.244.3.1/24 dev cni0 && ip link set cni0 up',
        'ip link add br100 type bridge && ip link set br100 up',
        'ip link add v1 type veth peer name eth0 netns $pod && ip link set v1 master cni0 up',
        'ip link add cali1 type veth peer name eth1 netns $pod && ip link set cali1 up && ip route add 10.244.3.7/32 dev cali1',
        'ip link add lone type veth peer name eth2 netns $pod && ip link set lone up',
      ]);
      expect(networks).toEqual([
        { link: 'cni0', is: 'bridge', cidrs: ['0af40300/24'] },
        { link: 'cali1', is: 'veth', cidrs: ['0af40307/32'] },
      ]);
      expect(bridges?.find(({ name }) => name === 'cni0')?.portCount).toBe(1);
      expect(ipvsLink).toBe(false);
    });

    check('sees the link that kube-proxy makes in mode ipvs', () => {
      expect(told(['ip link add kube-ipvs0 type bridge']).ipvsLink).toBe(true);
    });

    check.each<[string, string, Record<string, Entry>, NodeFacts['kubeProxy']]>([
      ['a flag', './kube-proxy --proxy-mode=ipvs --v=2', {}, { program: 'kube-proxy', mode: 'ipvs' }],
      [
        'a flag and its value',
        './kube-proxy --v=2 --proxy-mode nftables',
        {},
        { program: 'kube-proxy', mode: 'nftables' },
      ],
      ['no flag', './kube-proxy --v=2', {}, { program: 'kube-proxy', mode: '' }],
      [
        'its file',
        `./kube-proxy --config=${work}/p.yaml --proxy-mode=ipvs`,
        {},
        { program: 'kube-proxy', mode: 'nftables' },
      ],
      ['a file without a mode', `./kube-proxy --config ${work}/none.yaml`, {}, { program: 'kube-proxy', mode: '' }],
      ['a file that is not there', './kube-proxy --config=/no/such', {}, { program: 'kube-proxy' }],
      [
        'the file of flags of kubelite',
        './kubelite --kube-proxy-args-file=/var/snap/args/kube-proxy',
        { '/var/snap/args/kube-proxy': '--kubeconfig=/c\n--proxy-mode=ipvs\n' },
        { program: 'kubelite', mode: 'ipvs' },
      ],
      ['k3s', './k3s-server', {}, { program: 'k3s-server', mode: '' }],
      ['nothing', 'sleep 20', {}, undefined],
      [
        'a kube-proxy with a network of its own, as in kind',
        'unshare -n ./kube-proxy --proxy-mode=ipvs',
        {},
        undefined,
      ],
    ])("tells kube-proxy's mode by %s", (_, command, entries, expected) => {
      writeFileSync(join(work, 'p.yaml'), 'kind: KubeProxyConfiguration\nipvs:\n  mode: x\nmode: "nftables"\n');
      writeFileSync(join(work, 'none.yaml'), 'kind: KubeProxyConfiguration\n');
      const { kubeProxy, programs } = told([`${command} & sleep 0.3`], entries);
      expect(kubeProxy).toEqual(expected);
      expect(programs).toEqual(expected ? [expected.program] : []);
    });

    const flannel = JSON.stringify({ plugins: [{ type: 'flannel' }] });
    const stray = { '/etc/cni/net.d/100-crio-bridge.conflist': '{"plugins":[{"type":"bridge"}]}' };
    check.each<[string, string, Record<string, Entry>, string | undefined]>([
      [
        'containerd without a configuration',
        './containerd',
        { '/etc/cni/net.d/10-a.conflist': flannel },
        '/etc/cni/net.d/10-a.conflist',
      ],
      [
        "k3s' containerd, in its data directory",
        './containerd -c /data/agent/etc/containerd/config.toml',
        {
          ...stray,
          '/data/agent/etc/containerd/config.toml':
            '[plugins.cni]\n  bin_dir = "/data/bin"\n  conf_dir = "/data/agent/etc/cni/net.d"\n',
          '/data/agent/etc/cni/net.d/10-flannel.conflist': flannel,
        },
        '/data/agent/etc/cni/net.d/10-flannel.conflist',
      ],
      [
        'CRI-O of OpenShift, by the last of its files',
        './crio',
        {
          ...stray,
          '/etc/crio/crio.conf': '[crio.network]\n# network_dir = "/x"\nnetwork_dir = "/etc/cni/net.d/"\n',
          '/etc/crio/crio.conf.d/00-default': "network_dir = '/etc/kubernetes/cni/net.d/'\n",
          '/etc/kubernetes/cni/net.d/00-multus.conf': '{"type":"multus","delegates":[{"type":"ovn-k8s-cni-overlay"}]}',
        },
        '/etc/kubernetes/cni/net.d/00-multus.conf',
      ],
      [
        'cri-dockerd, which has its own word for it',
        './cri-dockerd --cni-conf-dir=/opt/net.d & ./containerd',
        { ...stray, '/opt/net.d/1.conf': '{"type":"ptp"}', '/etc/containerd/config.toml': 'conf_dir = "/none"\n' },
        '/opt/net.d/1.conf',
      ],
      [
        'a directory that is not there',
        './containerd',
        { '/etc/containerd/config.toml': 'conf_dir = "/none"\n', ...stray },
        undefined,
      ],
      [
        'no runtime at all (an image)',
        'sleep 20',
        { ...stray, '/etc/crio/crio.conf': 'network_dir = "/n"\n', '/n/1.conf': '{"type":"ptp"}' },
        '/n/1.conf',
      ],
    ])('reads the CNI configuration of %s', (_, command, entries, file) => {
      expect(told([`${command} & sleep 0.3`], entries).cni?.file).toBe(file);
    });

    check.each<[string, Record<string, string>, NodeFacts['cni']]>([
      [
        'keys in alphabetical order, as a program writes them again',
        {
          '10-x.conflist':
            '{"cniVersion":"1.0.0","name":"n","plugins":[{"ipam":{"type":"host-local"},"isGateway":true,"type":"bridge"},{"capabilities":{"portMappings":true},"type":"portmap"}]}',
        },
        { file: '/etc/cni/net.d/10-x.conflist', plugins: ['bridge', 'portmap'] },
      ],
      [
        'a delegate before its plug-in',
        { '10-f.conflist': '{"plugins":[{"delegate":{"ipam":{"type":"x"},"type":"ptp"},"type":"flannel"}]}' },
        { file: '/etc/cni/net.d/10-f.conflist', plugins: ['flannel'], delegate: 'ptp' },
      ],
      [
        'a mode, and text that looks like keys',
        { '10-a.conflist': '{"name":"\\"type\\": \\"calico\\"","plugins":[{"type":"azure-vnet","mode":"bridge"}]}' },
        { file: '/etc/cni/net.d/10-a.conflist', plugins: ['azure-vnet'], mode: 'bridge' },
      ],
      [
        'a single plug-in of many lines',
        { '1.conf': '{\n "ipam" : {\n  "type" : "dhcp"\n },\n "type" :\n  "macvlan"\n}\n' },
        { file: '/etc/cni/net.d/1.conf', plugins: ['macvlan'] },
      ],
      [
        'multus, which takes the next file',
        { '00-multus.conf': '{"type":"multus-shim"}', '05-cilium.conflist': '{"plugins":[{"type":"cilium-cni"}]}' },
        { file: '/etc/cni/net.d/05-cilium.conflist', plugins: ['cilium-cni'] },
      ],
      [
        'multus, which says its delegates',
        { '00-multus.conf': '{"delegates":[{"ipam":{"type":"y"},"type":"calico"},{"type":"bridge"}],"type":"multus"}' },
        { file: '/etc/cni/net.d/00-multus.conf', plugins: ['calico'] },
      ],
      [
        'multus, whose first delegate is a list of plug-ins, as it makes it of a conflist',
        {
          '00-multus.conf':
            '{"delegates":[{"name":"k8s","plugins":[{"ipam":{"type":"y"},"type":"calico"},{"type":"portmap"}]}],"type":"multus"}',
        },
        { file: '/etc/cni/net.d/00-multus.conf', plugins: ['calico'] },
      ],
      ['garbage', { '1.conf': '}}]["type":{"type"' }, { file: '/etc/cni/net.d/1.conf', plugins: [] }],
      ['nothing', {}, null],
    ])('reads plug-ins by structure: %s', (_, files, expected) => {
      const entries = Object.entries(files).map(([name, text]) => [`/etc/cni/net.d/${name}`, text]);
      expect(told([], { ...Object.fromEntries(entries), '/etc/os-release': 'ID=debian\n' }).cni).toEqual(expected);
    });
  },
);
