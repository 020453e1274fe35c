import { describe, expect, test } from 'vitest';
import type { ModuleFacts } from '../../src/facts/facts.ts';
import { availableModules } from '../../src/judge/available-modules.ts';
import { file, nodeFacts, notShipped, onDisk } from '../rules/facts.ts';
import { findingOf } from './made-up.ts';

const tunnel = availableModules(['tunnel']);
const withTunnel = (tunnel: ModuleFacts, parts: Parameters<typeof nodeFacts>[0] = {}) =>
  nodeFacts({ modules: { tunnel }, ...parts });
const DENY = '/etc/modprobe.d/cis.conf';

describe('a module that must be available', () => {
  test.for<[name: string, module: ModuleFacts]>([
    ['loaded', { ...onDisk, loaded: true }],
    ['built in', { loaded: false, builtin: true, file: null }],
    ['on disk', onDisk],
  ])('passes where it is %s', ([, module]) => {
    expect(findingOf(tunnel, withTunnel(module))).toMatchObject({ verdict: 'pass', now: { actual: 'available' } });
  });

  test('fails where the kernel comes without it, and names the package', () => {
    const os = { id: 'rocky', versionId: '10.1' };
    const kernel = { release: '6.12.0-55.el10.x86_64' };
    expect(findingOf(tunnel, withTunnel(notShipped, { os, kernel }))).toMatchObject({
      verdict: 'fail',
      now: { cause: 'not-shipped', actual: 'absent: tunnel' },
      module: { name: 'tunnel', state: 'not-shipped' },
      message: 'tunnel is not available',
      remedy: ['dnf install -y "kernel-modules-extra-6.12.0-55.el10.x86_64"'],
    });
  });

  test.for([
    ['install tunnel /bin/false', 'fail'],
    // It is loaded by an alias, and a deny list stops that.
    ['blacklist tunnel', 'fail'],
    ['blacklist other', 'pass'],
  ] as const)('with %s on disk it is %s', ([line, verdict]) => {
    const finding = findingOf(tunnel, withTunnel(onDisk, { boot: { modprobe: [file(DENY, line)] } }));
    expect(finding.now.verdict).toBe(verdict);
    if (verdict === 'fail') {
      expect(finding.now).toMatchObject({ cause: 'deny-listed', source: { file: DENY, line: 1 } });
      expect(finding.remedy).toEqual([`sed -i '1s/^/# /' ${DENY}`]);
    }
  });

  test.for([
    [['tunnel'], 'pass'],
    [['other'], 'fail'],
  ] as const)('where sysctls forbid to load any, and a list has %s, is %s at the next boot', ([listed, verdict]) => {
    const sysctl = [file('/etc/sysctl.d/99-hard.conf', 'kernel.modules_disabled = 1')];
    const modulesLoad = [file('/etc/modules-load.d/k8s.conf', ...listed)];
    const finding = findingOf(tunnel, withTunnel({ ...onDisk, loaded: true }, { boot: { sysctl, modulesLoad } }));
    expect(finding.boot?.verdict).toBe(verdict);
  });

  test('is not stopped by a deny list where it is asked for by its own name, but by an install line', () => {
    const byName = availableModules(['tunnel'], { byName: ['tunnel'] });
    const withLine = (line: string) => withTunnel(onDisk, { boot: { modprobe: [file(DENY, line)] } });
    expect(findingOf(byName, withLine('blacklist tunnel'))).toMatchObject({
      verdict: 'pass',
      boot: { verdict: 'pass' },
    });
    expect(findingOf(byName, withLine('install tunnel /bin/false')).verdict).toBe('fail');
  });

  test.for<[string, boolean | undefined, boolean]>([
    ['that loads no modules', undefined, false],
    ['that loads modules, and has not loaded it', false, true],
  ])('passes at the next boot, too, where /sys/module shows it in a kernel %s', ([, loaded, loadable]) => {
    const module = { inSysfs: true, builtin: false, file: null, ...(loaded !== undefined && { loaded }) };
    const boot = { modprobe: [file(DENY, 'install tunnel /bin/false')] };
    const finding = findingOf(tunnel, withTunnel(module, { kernel: { loadable }, boot }));
    expect(finding).toMatchObject({ verdict: 'pass', boot: { verdict: 'pass' } });
  });

  test('that is loaded and denied at the next boot warns, with the line', () => {
    const loaded = { ...onDisk, loaded: true };
    const boot = { modprobe: [file(DENY, 'install tunnel /bin/false')] };
    expect(findingOf(tunnel, withTunnel(loaded, { boot }))).toMatchObject({
      verdict: 'warn',
      boot: { verdict: 'fail', cause: 'deny-listed', source: { file: DENY, line: 1 } },
    });
  });

  test.for<[name: string, parts: Parameters<typeof nodeFacts>[0]]>([
    ['nothing was read of it', { modules: { tunnel: {} } }],
    ['the node is a container that does not show its host', { modules: { tunnel: notShipped }, container: 'docker' }],
  ])('is unknown where %s', ([, parts]) => {
    expect(findingOf(tunnel, nodeFacts(parts)).now.verdict).toBe('unknown');
  });

  const monolithic = { loadable: false, modulesDirectory: false, installed: [] };
  const upgraded = { modulesDirectory: false, installed: ['6.1.0-99-cloud-amd64'] };
  const boot = { modprobe: [file(DENY, 'install vxlan /bin/false')] };
  test.for<[name: string, parts: Parameters<typeof nodeFacts>[0], verdict: string]>([
    ['of a kernel that loads nothing and lists nothing', { kernel: monolithic }, 'unknown'],
    [
      'of such a kernel whose configuration has it',
      { kernel: { ...monolithic, config: { CONFIG_VXLAN: 'y' } } },
      'pass',
    ],
    [
      'of such a kernel whose configuration lacks it',
      { kernel: { ...monolithic, config: { CONFIG_VXLAN: 'n' } } },
      'fail',
    ],
    ['of a kernel whose modules an upgrade has removed', { kernel: upgraded }, 'unknown'],
    ['of such a kernel that has it as a module', { kernel: { ...upgraded, config: { CONFIG_VXLAN: 'm' } } }, 'fail'],
    ['that a line denies, and that may be built in', { boot }, 'unknown'],
  ])('%s', ([, parts, verdict]) => {
    const facts = nodeFacts({ modules: { vxlan: { loaded: false } }, ...parts });
    expect(findingOf(availableModules(['vxlan']), facts).now.verdict).toBe(verdict);
  });

  test('was not asked for is an error', () => {
    expect(() => findingOf({ ...tunnel, reads: {} }, nodeFacts())).toThrow('tunnel was not asked of the node');
  });
});

describe('of a set of modules', () => {
  const set = availableModules(['a', 'b', 'c'], {
    among: ({ cni }) => (cni === 'flannel' ? ['a', 'b'] : ['c']),
  });

  test('those are judged that the node needs, and all that are missing are named', () => {
    const facts = nodeFacts({ modules: { a: notShipped, b: notShipped, c: onDisk } });
    expect(findingOf(set, facts).message).toBe('a, b are not available');
    expect(findingOf(set, facts, { cni: 'calico', assumptions: [] }).verdict).toBe('pass');
  });

  test('one that is missing weighs more than one that is not known', () => {
    const facts = nodeFacts({ modules: { a: {}, b: notShipped, c: onDisk } });
    expect(findingOf(set, facts)).toMatchObject({ verdict: 'fail', message: 'b is not available' });
  });
});
