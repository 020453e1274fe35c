import { describe, expect, test } from 'vitest';
import { evaluateImage, evaluateNode } from '../../src/judge/evaluate.ts';
import { markFixable } from '../../src/plan/fixable.ts';
import { file, flannel, onDisk, value, withoutBridgeNetfilter } from '../rules/facts.ts';
import { RULES } from '../support/rules.ts';
import { KEPT, sound } from './nodes.ts';

type Parts = Parameters<typeof sound>[0];

const FORWARD = 'net.ipv4.ip_forward';
const fixable = (findings: ReturnType<typeof markFixable>) =>
  findings.filter((finding) => finding.fixable).map(({ rule }) => rule);

/** The rules that fix would do something about, of a node and of an image with these facts. */
function onNode(parts: Parts = {}): string[] {
  const facts = sound(parts);
  return fixable(markFixable(evaluateNode(flannel, facts, RULES), facts, flannel, RULES));
}
function inImage(parts: Parts = {}): string[] {
  const facts = sound({ ...parts, sysctls: {} });
  return fixable(markFixable(evaluateImage(flannel, facts, RULES), facts, flannel, RULES, true));
}

const OFF = { sysctls: { [FORWARD]: value('0') } };

describe('fix can do something about', () => {
  test.for<[string, () => string[], string[]]>([
    ['nothing on a node that lacks nothing', () => onNode(), []],
    ['a value that is wrong now', () => onNode(OFF), ['ipv4-forwarding']],
    [
      'a value that no file keeps',
      () =>
        onNode({
          boot: {
            sysctl: [
              file(
                KEPT.path,
                'net.ipv6.conf.all.forwarding = 1',
                'net.bridge.bridge-nf-call-iptables = 1',
                'net.bridge.bridge-nf-call-ip6tables = 1',
              ),
            ],
          },
        }),
      ['ipv4-forwarding'],
    ],
    ['nothing where all is well now and the next boot is unknown', () => onNode({ boot: { init: 'runit' } }), []],
    ['nothing on a system whose files fix does not write', () => onNode({ ...OFF, os: { id: 'flatcar' } }), []],
    [
      'nothing of an image that has what the network needs',
      () => inImage({ boot: { modulesLoad: [file('/etc/modules-load.d/k8s.conf', 'br_netfilter')] } }),
      [],
    ],
    [
      'what the first boot of an image would lack',
      () => inImage({ boot: { sysctl: [], modulesLoad: [file('/etc/modules-load.d/k8s.conf', 'br_netfilter')] } }),
      ['ipv4-forwarding', 'ipv6-forwarding'],
    ],
  ])('%s', ([, found, rules]) => {
    expect(found()).toEqual(rules);
  });

  test('a module that is on disk, but none that the kernel comes without', () => {
    expect(onNode(withoutBridgeNetfilter(onDisk))).toContain('br-netfilter');
    expect(onNode(withoutBridgeNetfilter({ builtin: false, file: null }))).not.toContain('br-netfilter');
  });
});
