import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BootInputs, ConfigFile } from '../../src/facts/facts.ts';
import { brNetfilter } from '../../src/rules/br-netfilter.ts';
import { FORWARD4, file, flannel, mask, nodeFacts, onDisk, withoutBridgeNetfilter } from '../rules/facts.ts';
import { moduleAtBoot, now, sysctlAtBoot } from '../rules/judged.ts';

const OWN_SYSCTL = `echo '${FORWARD4} = 1' >>/etc/sysctl.d/99-zz-netprereq.conf`;
const OWN_MODULE = "echo 'br_netfilter' >>/etc/modules-load.d/netprereq.conf";
const ON = `${FORWARD4} = 1`;
const OFF = `${FORWARD4} = 0`;

const link = (path: string, target: string, ...lines: string[]): ConfigFile => ({ ...file(path, ...lines), target });

describe('all that keeps ip_forward off is named, and a line of our own only where it is needed', () => {
  test.for<[name: string, boot: BootInputs, remedy: string[], os?: { id: string; idLike?: string[] }]>([
    [
      'two files that sort after ours',
      { sysctl: [file('/etc/sysctl.d/zz-a.conf', OFF), file('/etc/sysctl.d/zz-b.conf', OFF)] },
      ["sed -i '1s/^/# /' /etc/sysctl.d/zz-a.conf", "sed -i '1s/^/# /' /etc/sysctl.d/zz-b.conf", OWN_SYSCTL],
    ],
    [
      'two lines of one file, whose numbers stay',
      { sysctl: [file('/etc/sysctl.d/zz.conf', OFF, 'x', 'net.ipv4.conf.all.forwarding=0')] },
      ["sed -i '1s/^/# /;3s/^/# /' /etc/sysctl.d/zz.conf", OWN_SYSCTL],
    ],
    [
      'a file after k8s.conf, which suffices without it',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON), file('/etc/sysctl.d/z.conf', OFF)] },
      ["sed -i '1s/^/# /' /etc/sysctl.d/z.conf"],
    ],
    [
      "a package's file: one of the same name in /etc stands in for it",
      { sysctl: [file('/usr/lib/sysctl.d/zz.conf', OFF)] },
      ["sed '1s/^/# /' /usr/lib/sysctl.d/zz.conf >/etc/sysctl.d/zz.conf", OWN_SYSCTL],
    ],
    [
      'a link: the file behind it is the one to edit',
      { sysctl: [link('/etc/sysctl.d/zz.conf', '../sysctl.conf', OFF)] },
      ["sed -i '1s/^/# /' /etc/sysctl.conf", OWN_SYSCTL],
    ],
    [
      'a value that the kernel refuses',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON, `${ON};`)] },
      ["sed -i '2s/^/# /' /etc/sysctl.d/k8s.conf"],
    ],
    [
      'an exemption',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON), file('/etc/sysctl.d/z.conf', `-${FORWARD4}`)] },
      ["sed -i '1s/^/# /' /etc/sysctl.d/z.conf"],
    ],
    [
      'a line behind a carriage return of another',
      { sysctl: [file('/etc/sysctl.d/zz.conf', `vm.x=1\r${OFF}`)] },
      ["sed -i '1s/.*/#/' /etc/sysctl.d/zz.conf", OWN_SYSCTL],
    ],
    [
      'a line behind a carriage return of a comment',
      { sysctl: [file('/etc/sysctl.d/zz.conf', `#\r${OFF}`)] },
      ["sed -i '1s/.*/#/' /etc/sysctl.d/zz.conf", OWN_SYSCTL],
    ],
    [
      'a file whose name a shell would take apart',
      { sysctl: [file("/etc/sysctl.d/zz $(id) 'x'.conf", OFF)] },
      ["sed -i '1s/^/# /' '/etc/sysctl.d/zz $(id) '\\''x'\\''.conf'", OWN_SYSCTL],
    ],
    [
      'a file whose name nobody can type',
      { sysctl: [file('/etc/sysctl.d/zz\n.conf', OFF)] },
      ['Remove /etc/sysctl.d/zz\n.conf:1', OWN_SYSCTL],
    ],
    [
      'the service and a file',
      {
        sysctl: [file('/etc/sysctl.d/k8s.conf', ON), file('/etc/sysctl.d/z.conf', OFF)],
        maskedUnits: ['systemd-sysctl.service'],
      },
      ['systemctl unmask systemd-sysctl.service', "sed -i '1s/^/# /' /etc/sysctl.d/z.conf"],
    ],
    [
      'a line that takes ours back; the word on the command line may stay',
      { sysctl: [file('/etc/sysctl.d/zz.conf', `-${FORWARD4}`)], commandLine: `sysctl.${FORWARD4}=0` },
      ["sed -i '1s/^/# /' /etc/sysctl.d/zz.conf", OWN_SYSCTL],
    ],
    [
      'a service that there is not',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON)], absentUnits: ['systemd-sysctl.service'] },
      ['Reinstall the package of systemd that has systemd-sysctl.service'],
    ],
    [
      'a service of Alpine that is in no runlevel',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON)], init: 'init', runlevels: ['boot/modules'] },
      ['rc-update add sysctl boot'],
      { id: 'alpine' },
    ],
    [
      'the same on what derives from Alpine, and nothing else',
      { sysctl: [], init: 'init', runlevels: [] },
      ['rc-update add sysctl boot', OWN_SYSCTL],
      { id: 'postmarketos', idLike: ['alpine'] },
    ],
    ['nothing, on an Alpine with systemd', { sysctl: [] }, [OWN_SYSCTL], { id: 'alpine' }],
  ])('%s', ([, boot, remedy, os]) => {
    const judged = sysctlAtBoot(FORWARD4, nodeFacts({ boot, ...(os && { os }) }), flannel);
    expect(judged.boot.verdict).toBe('fail');
    expect(judged.remedy).toEqual(remedy);
  });

  test('on a system whose files come from elsewhere the line is named, and no command', () => {
    const boot = { sysctl: [file('/etc/sysctl.d/zz.conf', OFF)] };
    const { remedy } = sysctlAtBoot(FORWARD4, nodeFacts({ os: { id: 'nixos', versionId: '24.11' }, boot }), flannel);
    expect(remedy[0]).toBe('Remove /etc/sysctl.d/zz.conf:1');
  });

  test('more lines than anybody reads are not all looked for', () => {
    const sysctl = Array.from({ length: 40 }, (_, index) => file(`/etc/sysctl.d/zz-${index}.conf`, OFF));
    const { remedy } = sysctlAtBoot(FORWARD4, nodeFacts({ boot: { sysctl } }), flannel);
    expect(remedy).toHaveLength(17);
  });
});

describe('all that keeps br_netfilter away is named', () => {
  const modules = {
    br_netfilter: { ...onDisk, loaded: true },
    bridge: { ...onDisk, file: 'kernel/net/bridge/bridge.ko', dependencies: [] },
  };
  const UNIT = 'systemd-modules-load.service';
  const LISTED = [file('/etc/modules-load.d/k8s.conf', 'br_netfilter')];
  test.for<[name: string, boot: BootInputs, remedy: string[]]>([
    [
      'a blacklist in one file, an install line in another',
      {
        modulesLoad: LISTED,
        modprobe: [
          file('/etc/modprobe.d/a.conf', 'blacklist br_netfilter'),
          file('/etc/modprobe.d/b.conf', 'install br_netfilter /bin/false'),
        ],
      },
      ["sed -i '1s/^/# /' /etc/modprobe.d/a.conf", "sed -i '1s/^/# /' /etc/modprobe.d/b.conf"],
    ],
    [
      'a service that is masked on the command line: unmasking it would not help',
      { modulesLoad: LISTED, commandLine: `ro systemd.mask=${UNIT}` },
      [`Remove systemd.mask=${UNIT} from the kernel command line (boot loader)`],
    ],
    ['a masked service', { modulesLoad: [], maskedUnits: [UNIT] }, [`systemctl unmask ${UNIT}`, OWN_MODULE]],
    [
      'a service that there is not',
      { modulesLoad: LISTED, absentUnits: [UNIT] },
      [`Reinstall the package of systemd that has ${UNIT}`],
    ],
    [
      'two words of the command line, and the kernel refuses',
      { modulesLoad: LISTED, commandLine: 'modprobe.blacklist=br_netfilter module_blacklist=x,br_netfilter' },
      [
        'Remove modprobe.blacklist=br_netfilter from the kernel command line (boot loader)',
        'Remove module_blacklist=x,br_netfilter from the kernel command line (boot loader)',
      ],
    ],
  ])('%s', ([, boot, remedy]) => {
    const judged = moduleAtBoot('br_netfilter', nodeFacts({ modules, boot }), flannel);
    expect(judged.boot.verdict).toBe('fail');
    expect(judged.remedy).toEqual(remedy);
  });

  test('also while it is not loaded now', () => {
    const modprobe = [
      file('/etc/modprobe.d/a.conf', 'blacklist br_netfilter'),
      file('/etc/modprobe.d/b.conf', 'install br_netfilter /bin/false'),
    ];
    expect(now(brNetfilter, withoutBridgeNetfilter(onDisk, { boot: { modprobe } }), flannel).remedy).toEqual([
      "sed -i '1s/^/# /' /etc/modprobe.d/b.conf",
      "sed -i '1s/^/# /' /etc/modprobe.d/a.conf",
      'modprobe br_netfilter',
    ]);
  });

  test('a service that was changed may load anything', () => {
    const facts = nodeFacts({ boot: { modulesLoad: LISTED, replacedUnits: [UNIT] } });
    expect(moduleAtBoot('br_netfilter', facts, flannel)).toMatchObject({
      boot: { verdict: 'unknown' },
      why: `${UNIT} was changed on this node, and what it does now is not known`,
    });
  });
});

test('a node that is a container does not need the units of its boot', () => {
  const boot = { sysctl: [file('/etc/sysctl.d/k8s.conf', ON)], absentUnits: ['systemd-sysctl.service'] };
  expect(sysctlAtBoot(FORWARD4, nodeFacts({ container: 'docker', boot }), flannel).boot.verdict).toBe('pass');
});

describe('why ip_forward will be off', () => {
  test.for<[name: string, boot: BootInputs, why: string]>([
    ['nothing sets it', { sysctl: [] }, 'nothing sets it at boot, and the kernel starts with 0'],
    [
      'a later line',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON), file('/etc/sysctl.d/z.conf', OFF)] },
      '/etc/sysctl.d/z.conf:1 sets it to 0 (/etc/sysctl.d/k8s.conf:1 sets 1, which that line overrides)',
    ],
    [
      'another name',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON), file('/etc/sysctl.d/z.conf', 'net.ipv4.conf.all.forwarding=0')] },
      '/etc/sysctl.d/z.conf:1 sets net.ipv4.conf.all.forwarding, another name of it, to 0 ' +
        '(/etc/sysctl.d/k8s.conf:1 sets 1, which that line overrides)',
    ],
    [
      'a file that the boot does not read',
      { sysctl: [file('/etc/sysctl.conf', ON)] },
      'nothing sets it at boot, and the kernel starts with 0 (/etc/sysctl.conf:1 sets 1, but the boot does not read ' +
        '/etc/sysctl.conf, unless a link in /etc/sysctl.d leads there)',
    ],
    [
      'a mask of the file',
      { sysctl: [file('/usr/lib/sysctl.d/k8s.conf', ON), mask('/etc/sysctl.d/k8s.conf')] },
      'nothing sets it at boot, and the kernel starts with 0 (/usr/lib/sysctl.d/k8s.conf:1 sets 1, but ' +
        '/etc/sysctl.d/k8s.conf, a link to /dev/null, hides that file)',
    ],
    [
      'a file of the same name',
      { sysctl: [file('/usr/lib/sysctl.d/k8s.conf', ON), file('/etc/sysctl.d/k8s.conf', 'vm.swappiness=1')] },
      'nothing sets it at boot, and the kernel starts with 0 (/usr/lib/sysctl.d/k8s.conf:1 sets 1, but ' +
        '/etc/sysctl.d/k8s.conf, which has the same name, hides that file)',
    ],
    [
      'an exemption',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON, `-${FORWARD4}`)] },
      'nothing sets it at boot, and the kernel starts with 0 (/etc/sysctl.d/k8s.conf:1 sets 1, but -net.ipv4.ip_forward ' +
        'in /etc/sysctl.d/k8s.conf:2 cancels that)',
    ],
    [
      'a pattern that spares it',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', 'net.ipv4.ip_f*=1', `-${FORWARD4}`)] },
      'nothing sets it at boot, and the kernel starts with 0 (/etc/sysctl.d/k8s.conf:1 sets 1 by a pattern, which does not ' +
        'count for a key that another line names: /etc/sysctl.d/k8s.conf:2)',
    ],
    [
      'a value that the kernel refuses',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', `${ON};`)] },
      'nothing sets it at boot, and the kernel starts with 0 (/etc/sysctl.d/k8s.conf:1 sets "1;", which the kernel refuses)',
    ],
    [
      'a value that the kernel refuses, in place of one that it would take',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON, `${ON};`)] },
      'nothing sets it at boot, and the kernel starts with 0 (/etc/sysctl.d/k8s.conf:1 sets 1, but ' +
        '/etc/sysctl.d/k8s.conf:2 replaces it with "1;", which the kernel refuses)',
    ],
    [
      'a masked service',
      { sysctl: [file('/etc/sysctl.d/k8s.conf', ON)], maskedUnits: ['systemd-sysctl.service'] },
      'no sysctl file is applied, because systemd-sysctl.service is masked, and the kernel starts with 0 ' +
        '(/etc/sysctl.d/k8s.conf:1 sets 1, which has no effect)',
    ],
    [
      'a service that there is not',
      { sysctl: [], absentUnits: ['systemd-sysctl.service'] },
      'no sysctl file is applied, because there is no systemd-sysctl.service on this node, and the kernel starts with 0',
    ],
    [
      'the kernel command line',
      { sysctl: [], commandLine: `ro sysctl.${FORWARD4}=0` },
      `sysctl.${FORWARD4}=0 on the kernel command line sets it to 0`,
    ],
  ])('%s', ([, boot, why]) => {
    expect(sysctlAtBoot(FORWARD4, nodeFacts({ boot }), flannel).why).toBe(why);
  });
});

test('the command that comments lines out does just that, whatever the name of the file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'obstacle-'));
  const path = `${directory}/it's $(touch x) "y";.conf`;
  const sysctl = [file(path, OFF, 'vm.x = 1', OFF)].map((one) => ({
    ...one,
    path: '/etc/sysctl.d/zz.conf',
    target: path,
  }));
  try {
    writeFileSync(path, `${OFF}\nvm.x = 1\n${OFF}\n`);
    const { remedy } = sysctlAtBoot(FORWARD4, nodeFacts({ boot: { sysctl } }), flannel);
    execFileSync('sh', ['-c', `${remedy[0]}`], { cwd: directory });
    expect(readFileSync(path, 'utf8')).toBe(`# ${OFF}\nvm.x = 1\n# ${OFF}\n`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
