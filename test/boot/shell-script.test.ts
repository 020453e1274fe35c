import { expect, test } from 'vitest';
import { commandOf } from '../../src/boot/boot-command.ts';
import { shellCommands } from '../../src/boot/shell-script.ts';
import { file } from './made-up-node.ts';

/** The modules that a script is certain to load, with their lines; `?` for those that it may load. */
function loads(...lines: string[]): string[] {
  return shellCommands(file('/x', ...lines).lines).flatMap((one) => {
    const command = commandOf(one);
    if (command.does !== 'modprobe') return [];
    return command.modules.map((module) => `${one.certain ? '' : '?'}${module}:${one.line}`);
  });
}

test.for<[name: string, lines: string[], loads: string[]]>([
  ['a command', ['#!/bin/sh', 'modprobe a'], ['a:2']],
  ['by its path, with flags', ['/sbin/modprobe -q -- a', 'modprobe -ab b-c d'], ['a:1', 'b_c:2', 'd:2']],
  ['two on a line', ['modprobe a; modprobe b'], ['a:1', 'b:1']],
  ['behind a command that succeeds', ['modprobe a && modprobe b'], ['a:1', 'b:1']],
  ['behind a test', ['[ -e /x ] && modprobe a', 'grep -q x /y || modprobe b'], ['?a:1', '?b:2']],
  ['whose failure does not matter', ['modprobe a || true', 'modprobe b 2>/dev/null || :'], ['a:1', 'b:2']],
  ['in a condition', ['if true; then', '  modprobe a', 'fi', 'modprobe b'], ['?a:2', 'b:4']],
  ['in a loop', ['for m in a b; do', 'modprobe c', 'done', 'modprobe d'], ['?c:2', 'd:4']],
  ['in a function', ['f() {', 'modprobe a', '}', 'modprobe b'], ['?a:2', 'b:4']],
  ['in a function on a line of its own', ['function f {', 'modprobe a', '}', 'modprobe b'], ['?a:2', 'b:4']],
  ['in a case', ['case $1 in', 'start) modprobe a ;;', 'esac', 'modprobe b'], ['b:4']],
  ['behind an exit', ['modprobe a', 'exit 0', 'modprobe b'], ['a:1', '?b:3']],
  ['behind an exit that is in a condition', ['if x; then exit 1; fi', 'modprobe a'], ['?a:2']],
  ['in a text that is written elsewhere', ['cat >/x <<EOF', 'modprobe a', 'EOF', 'modprobe b'], ['b:4']],
  ['on lines that are continued', ['modprobe \\', '  a', 'modprobe b'], ['a:1', 'b:3']],
  ['in a comment', ['# modprobe a', 'true # modprobe b'], []],
  ['in quotes', ['echo "modprobe a"', "echo 'x; modprobe b'"], []],
  ['with a name that a shell makes', ['modprobe $m', 'modprobe "$m"'], []],
  ['by sudo', ['sudo modprobe a'], ['a:1']],
  ['by env and a path', ['/usr/bin/env modprobe a', '/usr/bin/sudo /sbin/modprobe b'], ['a:1', 'b:2']],
  ['with an environment of its own', ['LC_ALL=C modprobe a', 'env X=1 modprobe b'], ['a:1', 'b:2']],
  ['unless it is there', ['lsmod | grep -q some_mod || modprobe some-mod'], ['some_mod:1']],
  [
    'unless its sysctls are there',
    ['[ -d /proc/sys/net/bridge ] || modprobe br_netfilter', 'test -e /x || modprobe br_netfilter'],
    ['br_netfilter:1', '?br_netfilter:2'],
  ],
  ['unless another one is there', ['lsmod | grep -q other_mod || modprobe some_mod'], ['?some_mod:1']],
])('a script loads a module %s', ([, lines, expected]) => {
  expect(loads(...lines)).toEqual(expected);
});

test.for<[line: string, does: object]>([
  ['sysctl -w net.ipv4.ip_forward=1', { does: 'set', settings: [{ path: 'net/ipv4/ip_forward', value: '1' }] }],
  ['/sbin/sysctl -q net.ipv4.ip_forward=1 >/dev/null', { does: 'set' }],
  ['echo 1 > /proc/sys/net/ipv4/ip_forward', { does: 'set', settings: [{ path: 'net/ipv4/ip_forward', value: '1' }] }],
  ['echo "1" >/proc/sys/net/ipv4/ip_forward', { does: 'set', settings: [{ path: 'net/ipv4/ip_forward', value: '1' }] }],
  ['echo $X > /proc/sys/net/ipv4/ip_forward', { does: 'else' }],
  ['sysctl -p', { does: 'apply', files: ['/etc/sysctl.conf'] }],
  ['sysctl -qp /etc/k8s.conf', { does: 'apply', files: ['/etc/k8s.conf'] }],
  ['sysctl --load=/etc/k8s.conf', { does: 'apply', files: ['/etc/k8s.conf'] }],
  ['sysctl --system', { does: 'apply', files: [] }],
  ['sysctl -w $K=1', { does: 'else' }],
  ['/opt/pre.sh now', { does: 'run', file: '/opt/pre.sh', directly: true }],
  ['bash /opt/pre.sh', { does: 'run', file: '/opt/pre.sh', directly: false }],
  ['. /opt/pre.sh', { does: 'run', file: '/opt/pre.sh', directly: false }],
  ['cat /proc/sys/net/ipv4/ip_forward', { does: 'else' }],
])('%s', ([line, does]) => {
  const [command] = shellCommands([{ number: 1, text: line }]);
  expect(command && commandOf(command)).toMatchObject(does);
});

test.for([
  'sysctl -n net.ipv4.ip_forward',
  'sysctl net.ipv4.ip_forward >/dev/null',
  'v=$(sysctl -n net.ipv4.ip_forward)',
  'cat /proc/sys/net/ipv4/ip_forward',
  '[ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ]',
  'echo br_netfilter is missing',
  'lsmod',
])('%s changes nothing', (text) => {
  const [command] = shellCommands([{ number: 1, text }]);
  expect(command && commandOf(command)).toEqual({ does: 'else', looks: true });
});

test.for([
  'sysctl $ARGUMENTS',
  'sysctl -w net.ipv4.ip_forward = 1',
  'echo br_netfilter >/etc/modules-load.d/x.conf',
  'v=$(sysctl -w net.ipv4.ip_forward=0)',
  'echo "$(modprobe br_netfilter)"',
  'cp /opt/x.conf /etc/modules-load.d/br_netfilter.conf',
])('%s may change something', (text) => {
  const [command] = shellCommands([{ number: 1, text }]);
  expect(command && commandOf(command)).toEqual({ does: 'else' });
});

test('a value comes through a pipe', () => {
  const [, tee] = shellCommands([{ number: 1, text: 'echo 1 | tee /proc/sys/net/ipv4/ip_forward' }]);
  expect(tee && commandOf(tee)).toEqual({ does: 'set', settings: [{ path: 'net/ipv4/ip_forward', value: '1' }] });
});
