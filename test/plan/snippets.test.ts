import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderFix } from '../../src/report/fix.ts';
import { type Lacking, SYSTEMS, type System } from '../../src/systems/index.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../../src/systems/own-files.ts';
import { isDocument } from '../../src/text/advice.ts';
import { fixReport } from '../report/fix-samples.ts';
import { BRIDGE4, BRIDGE6, FORWARD4, FORWARD6, flannel, nodeFacts, value } from '../rules/facts.ts';
import { plan, planned, refused, sound } from './nodes.ts';

const KEYS = [BRIDGE4, BRIDGE6, FORWARD4, FORWARD6];
const ALL: Lacking = { modules: ['br_netfilter', 'nf_conntrack'], sysctls: KEYS.map((key) => ({ key, to: '1' })) };
const ONE: Lacking = { modules: [], sysctls: [{ key: FORWARD4, to: '1' }] };
const MODULES = 'br_netfilter\nnf_conntrack\n';
const SYSCTLS = `${KEYS.map((key) => `${key} = 1`).join('\n')}\n`;

const documentOf = (id: string, lacking = ALL, os = 'x') => {
  const system: System | undefined = SYSTEMS.find((one) => one.id === id);
  return system?.document?.(lacking, nodeFacts({ os: { id: os } }));
};
const document = (id: string, lacking = ALL, os = 'x') =>
  documentOf(id, lacking, os)?.find(isDocument)?.paste ?? expect.fail();

describe('what is pasted where a system keeps its settings', () => {
  test('in OpenShift is a MachineConfig with Ignition 3 files', () => {
    const { apiVersion, kind, metadata, spec } = parse(document('openshift'));
    expect([apiVersion, kind]).toEqual(['machineconfiguration.openshift.io/v1', 'MachineConfig']);
    expect(metadata).toEqual({
      name: '99-worker-netprereq',
      labels: { 'machineconfiguration.openshift.io/role': 'worker' },
    });
    expect(spec.config.ignition.version).toMatch(/^3\./);
    const files = spec.config.storage.files.map(({ contents, ...file }: { contents: { source: string } }) => {
      const [, base64 = ''] = /^data:;base64,([A-Za-z0-9+/]+=*)$/.exec(contents.source) ?? [];
      return { ...file, text: Buffer.from(base64, 'base64').toString() };
    });
    expect(files).toEqual([
      { path: MODULES_FILE, mode: 0o644, overwrite: true, text: MODULES },
      { path: SYSCTL_FILE, mode: 0o644, overwrite: true, text: SYSCTLS },
    ]);
  });

  test.for([
    ['flatcar', 'flatcar', '1.1.0'],
    ['fedora', 'fcos', '1.5.0'],
  ])('on %s is Butane of its variant', ([id, variant, version]) => {
    // Butane reads YAML 1.1, in which 0644 is octal.
    expect(parse(document('ignition', ALL, id), { version: '1.1' })).toEqual({
      variant,
      version,
      storage: {
        files: [
          { path: MODULES_FILE, mode: 0o644, contents: { inline: MODULES } },
          { path: SYSCTL_FILE, mode: 0o644, contents: { inline: SYSCTLS } },
        ],
      },
    });
  });

  test('where /etc is new at each boot is a DaemonSet that sets it each time', () => {
    const { kind, spec } = parse(document('ephemeral'));
    const { template, selector } = spec;
    expect([kind, template.metadata.labels]).toEqual(['DaemonSet', selector.matchLabels]);
    const { initContainers, hostNetwork, hostPID } = template.spec;
    expect([hostNetwork, hostPID, initContainers[0].securityContext]).toEqual([true, true, { privileged: true }]);
    expect(initContainers[0].args[0].split('\n').filter(Boolean)).toEqual([
      'modprobe br_netfilter',
      'modprobe nf_conntrack',
      ...KEYS.map((key) => `sysctl -w ${key}=1`),
    ]);
  });

  test('has no file for what is not lacking', () => {
    const { storage } = parse(document('openshift', ONE)).spec.config;
    expect(storage.files.map(({ path }: { path: string }) => path)).toEqual([SYSCTL_FILE]);
    expect(parse(document('ignition', ONE)).storage.files).toHaveLength(1);
  });

  test.for(['systemd', 'openrc', 'talos', 'bottlerocket', 'nixos', 'container'] as const)('%s has none', (system) => {
    expect(documentOf(system)).toBeUndefined();
  });
});

describe('a document in a table', () => {
  const NODES = [
    ['OpenShift', { id: 'rhcos' }],
    ['Flatcar', { id: 'flatcar' }],
    ['Container-Optimized OS', { id: 'cos' }],
  ] as const;
  test.for(NODES)('on %s is the same when it is copied from a terminal of 80 columns or a pipe', ([, os]) => {
    const parts = { os, sysctls: { [FORWARD4]: value('0'), [FORWARD6]: value('0') }, boot: { sysctl: [] } };
    const refusal = refused(plan(sound(parts), flannel));
    const original = refusal.remedy.find(isDocument)?.paste ?? expect.fail();
    const system = { os: null, kernel: null, arch: null, runtime: null };
    const report = fixReport([
      { name: 'node-1', system, outcome: 'refused', reason: refusal.reason, remedy: refusal.remedy },
    ]);
    for (const columns of [undefined, 80]) {
      const text = renderFix(report, 'table', { columns, color: false, unicode: false });
      const lines = text.split('\n');
      const from = lines.findIndex((line) => line.trimStart() === original.split('\n')[0]);
      const copied = lines.slice(from, from + original.split('\n').length);
      expect(copied.map((line) => line.slice(13)).join('\n')).toBe(original);
      // Pasted with the blanks in front of it, too.
      expect(parse(copied.join('\n'))).toEqual(parse(original));
      if (columns) expect(Math.max(...copied.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  test('with --runtime-only is told once, of all that the next boot lacks', () => {
    const facts = sound({
      os: { id: 'rhcos' },
      sysctls: { [FORWARD4]: value('0'), [FORWARD6]: value('0') },
      boot: { sysctl: [] },
    });
    const { manual } = planned(plan(facts, flannel, { runtimeOnly: true }));
    expect(manual).toHaveLength(1);
    expect(manual[0]?.remedy.filter(isDocument)).toHaveLength(1);
    expect(manual[0]?.message).toMatch(/net\.ipv4\.ip_forward.*; .*net\.ipv6\.conf\.all\.forwarding/);
  });
});
