import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseFacts } from '../../src/facts/parse.ts';
import { HOST_ROOT, probeCommand } from '../../src/probe/command.ts';
import { openEnvelope } from '../../src/probe/envelope.ts';
import { SWITCHES_REQUEST } from '../support/switches-request.ts';
import { PROBE_SCRIPT } from './run-probe.ts';
import { noNamespaces, SHELLS, type Shell, titleOf } from './shells.ts';

const work = mkdtempSync(join(tmpdir(), 'netprereq-namespaces-'));
afterAll(() => rmSync(work, { recursive: true }));

const bridgeNetfilter = existsSync('/proc/sys/net/bridge');
const ipv6 = existsSync('/proc/sys/net/ipv6');

// Process 1 of the made-up node: values unlike the kernel's defaults, and a bridge with ports that has its own flag set.
const NODE = [
  'set -e',
  'mount -t sysfs none /sys',
  'echo 1 >/proc/sys/net/ipv4/ip_forward',
  'ip link add cni0 type bridge',
  'ip link add virbr0 type bridge',
  'for i in 0 1 2 3 4; do ip link add a$i type veth peer name b$i && ip link set a$i master cni0 && ip link set b$i master cni0; done',
  'if [ -d /proc/sys/net/bridge ]; then echo 0 >/proc/sys/net/bridge/bridge-nf-call-ip6tables; fi',
  'echo 1 >/sys/class/net/cni0/bridge/nf_call_iptables',
  '"$@"',
  'exit 0',
].join('\n');

/** Runs a command below process 1 of a node of its own. */
function onNode(command: readonly string[], env: Record<string, string>): SpawnSyncReturns<string> {
  const args = ['-r', '-n', '-m', '-p', '-f', '--mount-proc', 'sh', '-c', NODE, 'node', 'env'];
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return spawnSync('unshare', [...args, ...settings, ...command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A PATH that has only these tools. */
function pathOf(tools: readonly string[]): string {
  const bin = mkdtempSync(join(work, 'bin-'));
  for (const tool of tools) {
    const directory = `${process.env.PATH}`.split(delimiter).find((each) => existsSync(join(each, tool)));
    if (directory) symlinkSync(join(directory, tool), join(bin, tool));
  }
  return bin;
}

/** The pod's command with the answer in a file of ours, and what it answered. */
function podAnswer(prefix: readonly string[], env: Record<string, string>) {
  const answer = join(mkdtempSync(join(work, 'answer-')), 'termination-log');
  const command = probeCommand('pod', SWITCHES_REQUEST).map((word) =>
    word === '/dev/termination-log' ? answer : word,
  );
  const { stdout, stderr } = onNode([...prefix, ...command], env);
  return { opened: openEnvelope(existsSync(answer) ? readFileSync(answer, 'utf8') : ''), stdout, stderr };
}

function podFacts(prefix: readonly string[], env: Record<string, string>) {
  const { opened } = podAnswer(prefix, env);
  if ('problem' in opened) throw new Error(opened.problem);
  return parseFacts(opened.text, SWITCHES_REQUEST);
}

const EXPECTED = {
  sysctls: {
    'net.ipv4.ip_forward': { is: 'value', value: '1' },
    'net.ipv4.conf.all.forwarding': { is: 'value', value: '1' },
    'net.bridge.bridge-nf-call-iptables': bridgeNetfilter ? { is: 'value', value: '1' } : { is: 'absent' },
    'net.bridge.bridge-nf-call-ip6tables': bridgeNetfilter ? { is: 'value', value: '0' } : { is: 'absent' },
    'net.ipv6.conf.all.forwarding': ipv6 ? { is: 'value', value: '0' } : { is: 'absent' },
    'net.ipv6.conf.all.accept_ra': ipv6 ? { is: 'value', value: '1' } : { is: 'absent' },
  },
  bridges: [
    {
      name: 'cni0',
      nfCallIptables: true,
      nfCallIp6tables: false,
      portCount: 10,
    },
    { name: 'virbr0', nfCallIptables: false, nfCallIp6tables: false, portCount: 0 },
  ],
};
const because = noNamespaces ? ` (skipped: ${noNamespaces})` : '';

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `a real node under $title${because}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined);

    check('tells the values and bridges of its own network namespace', () => {
      const { stdout, stderr } = onNode([...shell.command, '-c', PROBE_SCRIPT, 'netprereq', 'local'], {
        PATH: shell.path,
      });
      expect(stderr).toBe('');
      const facts = parseFacts(stdout, SWITCHES_REQUEST);
      expect(facts).toMatchObject(EXPECTED);
      expect(facts.netns.self).toMatch(/^\d+$/);
      expect(facts.netns.init).toBe(facts.netns.self);
      expect(facts.boot.init).toBe('sh');
    });

    check(
      'names the interfaces that do not forward, but for ports of bridges, and the one with the default route',
      () => {
        const off = 'for i in cni0 a0 virbr0 lo; do echo 0 >/proc/sys/net/ipv4/conf/$i/forwarding; done';
        const route = 'ip link set virbr0 up; ip addr add 192.0.2.1/24 dev virbr0; ip route add default via 192.0.2.2';
        const { stdout } = onNode([...shell.command, '-c', `${off}; ${route}; ${PROBE_SCRIPT}`, 'netprereq', 'local'], {
          PATH: shell.path,
        });
        expect(parseFacts(stdout, SWITCHES_REQUEST)).toMatchObject({
          idleInterfaces: ['cni0', 'virbr0'],
          uplinks: ['virbr0'],
        });
      },
    );

    const up =
      'ip link set virbr0 up; ip addr add 192.0.2.1/24 dev virbr0; ip link set cni0 up; ip addr add 198.51.100.1/24 dev cni0';
    const [main, other] = ['default via 192.0.2.2', 'default via 198.51.100.2'];
    check.each<[string, string[], string[]]>([
      [
        'leaves out a link whose default route has a higher metric',
        [`${main} metric 100`, `${other} metric 1000`],
        ['virbr0'],
      ],
      ['takes a route without a metric first', [`${main} metric 100`, other], ['cni0']],
      ['takes a blackhole behind all routes for no link', [main, 'blackhole default metric 4294967295'], ['virbr0']],
      ['names no link behind a blackhole', [`${main} metric 100`, 'blackhole default metric 5'], []],
    ])('of uplinks %s', (_, routes, uplinks) => {
      const add = routes.map((route) => `ip route add ${route}`).join('; ');
      const { stdout } = onNode([...shell.command, '-c', `${up}; ${add}; ${PROBE_SCRIPT}`, 'netprereq', 'local'], {
        PATH: shell.path,
      });
      expect(parseFacts(stdout, SWITCHES_REQUEST).uplinks).toEqual(uplinks);
    });

    check('takes no name of an interface for a pattern', () => {
      const odd = "ip link add '[a-z]*' type bridge; echo 0 >'/proc/sys/net/ipv4/conf/[a-z]*/forwarding'";
      const { stdout } = onNode(
        [...shell.command, '-c', `${odd}; cd /proc/sys/net/ipv4/conf; ${PROBE_SCRIPT}`, 'netprereq', 'local'],
        {
          PATH: shell.path,
        },
      );
      expect(parseFacts(stdout, SWITCHES_REQUEST).idleInterfaces).toEqual(['[a-z]*']);
    });

    check('gives numbers of several digits whole', () => {
      const key = 'net.netfilter.nf_conntrack_max';
      const path = `/proc/sys/${key.replaceAll('.', '/')}`;
      const { stdout } = onNode([...shell.command, '-c', PROBE_SCRIPT, 'netprereq', 'local'], { PATH: shell.path });
      const expected = existsSync(path) ? { is: 'value', value: readFileSync(path, 'utf8').trim() } : { is: 'absent' };
      expect(parseFacts(stdout, SWITCHES_REQUEST).sysctls[key]).toEqual(expected);
    });

    check.each([
      ['a tmpfs', 'mount -t tmpfs tmpfs /etc', ['tmpfs', 'tmpfs', 'tmpfs', 'disk']],
      [
        'an overlay whose changes are in memory',
        'mkdir /tmp/m; mount -t tmpfs tmpfs /tmp/m; mkdir /tmp/m/u /tmp/m/w; mount -t overlay -o lowerdir=/etc,upperdir=/tmp/m/u,workdir=/tmp/m/w,userxattr o /etc',
        ['tmpfs', 'tmpfs', 'tmpfs', 'disk'],
      ],
      [
        'an overlay whose upper directory its mounts do not show',
        'mkdir /tmp/m; mount -t tmpfs tmpfs /tmp/m; mkdir /tmp/m/u /tmp/m/w; mount -t overlay -o lowerdir=/etc,upperdir=/tmp/m/u,workdir=/tmp/m/w,userxattr o /etc; umount -l /tmp/m',
        ['disk', 'disk', 'disk', 'disk'],
      ],
      [
        'a tmpfs with a directory of the disk in it',
        'mkdir /tmp/d; mount -t tmpfs tmpfs /etc; mkdir /etc/sysctl.d; mount --bind /tmp/d /etc/sysctl.d',
        ['tmpfs', 'disk', 'tmpfs', 'disk'],
      ],
      [
        'a tmpfs that hides what was mounted below it before',
        'mkdir /etc/sysctl.d; mount -t ramfs ramfs /etc/sysctl.d; mount -t tmpfs tmpfs /etc',
        ['tmpfs', 'tmpfs', 'tmpfs', 'disk'],
      ],
      [
        'two of them, one on the other',
        'mount -t tmpfs a /etc; mount -t ramfs b /etc',
        ['ramfs', 'ramfs', 'ramfs', 'disk'],
      ],
      [
        'a link',
        'mkdir /tmp/m; mount -t tmpfs tmpfs /tmp/m; mount -t tmpfs t /etc; ln -s /tmp/m /etc/sysctl.d; mount -t ramfs r /var/lib',
        ['tmpfs', 'tmpfs', 'tmpfs', 'ramfs'],
      ],
    ] as const)('tells what /etc and /var/lib lie on: %s', (_, mounts, expected) => {
      const told = (more: string) => {
        const D = mkdtempSync(join(work, 'disk-'));
        // Debian's awk is a link that leads through /etc.
        symlinkSync(realpathSync(`${pathOf(['awk'])}/awk`), join(D, 'awk'));
        // The machine's own /etc and /tmp are not written to.
        const setUp = `mount --bind "$D" /etc; mount --bind "$D" /tmp; ${more}; exec "$@"`;
        const script = [...shell.command, '-c', PROBE_SCRIPT, 'netprereq', 'local'];
        const { stdout, stderr } = onNode(['sh', '-ec', setUp, 'sh', ...script], {
          PATH: `/tmp:${process.env.PATH}:${shell.path}`,
          D,
        });
        expect(stderr).toBe('');
        return Object.values(parseFacts(stdout, SWITCHES_REQUEST).boot.fileSystems ?? {});
      };
      const disk = told(':');
      expect(disk).toHaveLength(4);
      expect(told(mounts)).toEqual(expected.map((type, place) => (type === 'disk' ? disk[place] : type)));
    });

    check("the pod's command enters the node's network namespace from another one", () => {
      const facts = podFacts(['unshare', '-n'], { PATH: withShell(shell) });
      expect(facts).toMatchObject(EXPECTED);
      expect(facts.netns.init).toBe(facts.netns.self);
      expect(facts.os.id).toBeDefined();
    });
  },
);

// Shows the node's root in a directory, as the volume of a pod without privilege does, and gives up all capabilities.
const MOUNT_ROOT = 'mount --rbind / "$0" && $PREPARE && exec $NETWORK setpriv --bounding-set -all "$@"';

interface HostPod {
  /** What else happens to the mounts, in "$0". */
  prepare?: string;
  /** A network namespace of its own. */
  ownNetwork?: boolean;
  tools?: string;
}

/** The unprivileged pod's command on a node, and its facts. */
function hostPodFacts({ prepare = 'true', ownNetwork = false, tools = `${process.env.PATH}` }: HostPod) {
  const root = mkdtempSync(join(work, 'root-'));
  const answer = join(mkdtempSync(join(work, 'answer-')), 'termination-log');
  const places = new Map([
    ['/dev/termination-log', answer],
    [HOST_ROOT, root],
  ]);
  const command = probeCommand('host', SWITCHES_REQUEST).map((word) => places.get(word) ?? word);
  const setUp = MOUNT_ROOT.replace('$PREPARE', prepare).replace('$NETWORK', ownNetwork ? 'unshare -n' : '');
  const { stderr } = onNode(['sh', '-c', setUp, root, 'env', `PATH=${tools}`, ...command], {
    PATH: `${process.env.PATH}`,
  });
  const opened = openEnvelope(existsSync(answer) ? readFileSync(answer, 'utf8') : stderr);
  if ('problem' in opened) throw new Error(`${opened.problem}: ${stderr}`);
  return parseFacts(opened.text, SWITCHES_REQUEST);
}

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `a pod without privilege under $title${because}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined);

    check("tells what the privileged one tells, also of the node's network namespace", () => {
      const { netns: _, container: known, ...facts } = podFacts([], { PATH: withShell(shell) });
      const { netns, container, ...found } = hostPodFacts({ tools: withShell(shell) });
      expect(facts).toMatchObject(EXPECTED);
      expect(found).toEqual(facts);
      // Process 1's environment, which may be all that tells, is closed to it.
      expect([known, undefined]).toContain(container);
      expect(netns.init).toBe(netns.self);
      expect(netns.self).toMatch(/^[1-9]\d+$/);
    });

    check('knows that it is not in the network namespace of its node', () => {
      const { netns } = hostPodFacts({ ownNetwork: true, tools: withShell(shell) });
      expect(netns).toEqual({ self: expect.stringMatching(/^[1-9]\d+$/), init: '0' });
    });

    check.each([
      // 2 would still show them to group 0.
      ['are hidden', 'mount -t proc -o hidepid=4 proc "$0/proc"'],
      ['do not come with the volume', 'mount -t tmpfs none "$0/proc"'],
    ])("does not know its network namespace where the node's processes %s", (_, prepare) => {
      const { netns, boot, os } = hostPodFacts({ prepare, tools: withShell(shell) });
      expect(netns).toEqual({ self: expect.stringMatching(/^[1-9]\d+$/) });
      expect(boot).not.toHaveProperty('init');
      expect(os.id).toBeDefined();
    });

    check("does not take its own sysfs for the node's, which does not come with the volume", () => {
      const facts = hostPodFacts({ prepare: 'mount -t tmpfs none "$0/sys"', tools: withShell(shell) });
      expect(facts).not.toHaveProperty('bridges');
    });
  },
);

/** A PATH on which sh is the shell under test. */
function withShell(shell: Shell): string {
  const bin = mkdtempSync(join(work, 'sh-'));
  const path = `${process.env.PATH}`.split(delimiter);
  const [file = ''] = shell.command;
  const directory = path.find((each) => existsSync(join(each, file)));
  symlinkSync(join(`${directory}`, file), join(bin, 'sh'));
  return `${bin}:${shell.path}`;
}

describe(`the pod's command${because}`, () => {
  const check = test.skipIf(noNamespaces !== undefined);
  const TOOLS = ['sh', 'base64', 'gunzip', 'gzip', 'readlink', 'env', 'unshare', 'mount', 'ip'];
  const READERS = ['ls', 'grep', 'uname', 'awk', 'head', 'tr', 'sort', 'od'];

  check('works without nsenter in a pod that has the network of its node', () => {
    expect(podFacts([], { PATH: pathOf(TOOLS) })).toMatchObject(EXPECTED);
  });

  check('needs nothing but its unpackers and its readers without privilege', () => {
    expect(hostPodFacts({ tools: pathOf([...TOOLS, ...READERS]) })).toMatchObject(EXPECTED);
  });

  check('says that it cannot enter the network of its node', () => {
    const { opened } = podAnswer(['unshare', '-n'], { PATH: pathOf(TOOLS) });
    expect(opened).toEqual({ problem: expect.stringContaining("cannot enter the node's network namespace: ") });
  });

  check.each(['base64', 'gunzip'])('says that the image lacks %s', (tool) => {
    const { opened } = podAnswer([], { PATH: pathOf(TOOLS.filter((each) => each !== tool)) });
    expect(opened).toEqual({ problem: `the probe could not run: the image lacks ${tool}` });
  });

  check("does not take its container for the node when it cannot see the node's processes", () => {
    const facts = podFacts(['unshare', '-p', '-f', '--mount-proc'], { PATH: `${process.env.PATH}` });
    expect(facts.netns.self).toBeDefined();
    expect(facts.netns).not.toHaveProperty('init');
    expect(facts.os).toEqual({});
    expect(facts.boot).not.toHaveProperty('init');
    expect(facts).not.toHaveProperty('container');
  });

  check('writes nothing but its answer', () => {
    const { stdout, stderr } = podAnswer([], { PATH: `${process.env.PATH}` });
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  });
});
