import { describe, expect, test } from 'vitest';
import type { ConfigFile } from '../../src/facts/facts.ts';
import { BRIDGE4, FORWARD4, file, flannel, mask, nodeFacts, onDisk } from '../rules/facts.ts';
import { sysctlAtBoot } from '../rules/judged.ts';

const RULES = '/etc/udev/rules.d/9-x.rules';
const SYSCTLS = [file('/etc/sysctl.d/k8s.conf', `${BRIDGE4} = 0`, 'net.ipv4.ip_forward = 1')];
const AGAIN = 'KERNEL=="br_netfilter", RUN+="/usr/lib/systemd/systemd-sysctl --prefix=/net/bridge"';
const OWN = 'KERNEL=="br_netfilter", RUN+="/sbin/sysctl -p /etc/x"';
const LATE = file('/etc/systemd/system/load.service', 'ExecStart=/sbin/modprobe br_netfilter');
const EARLY = file(LATE.path, 'DefaultDependencies=no', 'ExecStart=/sbin/modprobe br_netfilter');

function bootOf(key: typeof BRIDGE4 | typeof FORWARD4, mentions: ConfigFile[] | undefined, listed = false) {
  const modules = { br_netfilter: { ...onDisk, loaded: true }, bridge: { ...onDisk, dependencies: [] } };
  const modulesLoad = listed ? [file('/etc/modules-load.d/k8s.conf', 'br_netfilter')] : [];
  const wantedUnits = [{ unit: 'load.service', by: 'multi-user.target' }];
  const units = mentions?.includes(EARLY) ? [] : [LATE];
  const boot = { modulesLoad, sysctl: SYSCTLS, wantedUnits };
  const facts = nodeFacts({ modules, boot: mentions ? { ...boot, mentions: [...mentions, ...units] } : boot });
  if (!mentions) Reflect.deleteProperty(facts.boot, 'mentions');
  return sysctlAtBoot(key, facts, flannel).boot.verdict;
}

describe('a bridge sysctl that a file sets to 0', () => {
  test.each<[string, ConfigFile[] | undefined, listed: boolean, verdict: string]>([
    ['decides where the module is listed', [], true, 'fail'],
    ["is the kernel's own 1 where a unit loads the module later", [], false, 'pass'],
    ['decides where a udev rule sets it again', [file(RULES, AGAIN)], false, 'fail'],
    [
      'does not where that rule is masked',
      [mask(RULES), file('/usr/lib/udev/rules.d/9-x.rules', AGAIN)],
      false,
      'pass',
    ],
    ['is unknown where a udev rule does something else', [file(RULES, OWN)], false, 'unknown'],
    ['is unknown where a udev rule does that, and the module is listed', [file(RULES, OWN)], true, 'unknown'],
    ['is unknown where a unit may load the module before', [EARLY], false, 'unknown'],
    ['is unknown where no udev rules were read', undefined, true, 'unknown'],
  ])('%s', (_, mentions, listed, verdict) => {
    expect(bootOf(BRIDGE4, mentions, listed)).toBe(verdict);
  });

  test('leaves ip_forward alone', () => {
    expect(bootOf(FORWARD4, [file(RULES, OWN)])).toBe('pass');
  });
});
