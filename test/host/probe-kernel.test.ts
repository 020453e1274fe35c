import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { onKernel } from './made-up-kernel.ts';
import { noNamespaces, SHELLS, titleOf } from './shells.ts';

const because = noNamespaces ? ` (skipped: ${noNamespaces})` : '';

describe.each(SHELLS.map((shell) => ({ title: titleOf(shell), shell })))(
  `another kernel under $title${because}`,
  ({ shell }) => {
    const check = test.skipIf(shell.missing !== undefined || noNamespaces !== undefined);

    check('is asked for exactly our modules', () => {
      const { kernel, modules } = onKernel(shell, {
        '/proc/modules': 'br_netfilter_x 1 0\nbridge 2 1 br_netfilter, Live 0x0\nxnf_conntrack 3 0\nipv6\n',
        '/sys/module/br_netfilter/x': '',
      });
      expect(kernel.loadable).toBe(true);
      expect(modules).toMatchObject({
        br_netfilter: { loaded: false, inSysfs: true },
        bridge: { loaded: true, inSysfs: false },
        nf_conntrack: { loaded: false, inSysfs: false },
      });
    });

    check('may have no loadable modules', () => {
      const { kernel, modules } = onKernel(shell, { '/proc/version': 'Linux', '/sys/module/ipv6/x': '' });
      expect(kernel.loadable).toBe(false);
      expect(modules.ipv6).toEqual({ inSysfs: true });
    });

    check('lacks a sysctl only where the directory above can be seen', () => {
      const { sysctls, kernel } = onKernel(shell, {
        '/proc/sys/net/ipv4/ip_forward': '1\n',
        '/proc/sys/net/netfilter/nf_conntrack_max': { directory: true },
        '/proc/sys/kernel/x': '',
      });
      expect(sysctls).toMatchObject({
        'net.ipv4.ip_forward': { is: 'value', value: '1' },
        'net.bridge.bridge-nf-call-iptables': { is: 'absent' },
        'net.ipv6.conf.all.forwarding': { is: 'absent' },
        'net.netfilter.nf_conntrack_max': { is: 'unreadable' },
      });
      expect(kernel.modulesDisabled).toEqual({ is: 'absent' });
    });

    check('is unknown where /proc is not mounted', () => {
      const { sysctls, kernel, modules, netns } = onKernel(shell, {});
      expect(Object.values(sysctls)).toEqual(Object.values(sysctls).map(() => ({ is: 'unreadable' })));
      expect(sysctls).toHaveProperty(['net.ipv4.ip_forward']);
      expect(kernel).not.toHaveProperty('loadable');
      expect(kernel.modulesDisabled).toEqual({ is: 'unreadable' });
      expect(modules).toEqual({});
      expect(netns).toEqual({});
    });

    check('tells its configuration from the first source that has it', () => {
      const { release } = { release: spawnSync('uname', ['-r'], { encoding: 'utf8' }).stdout.trim() };
      const { kernel } = onKernel(shell, {
        [`/boot/config-${release}`]:
          '# CONFIG_MODULES is not set\nCONFIG_BRIDGE_NETFILTER=m\nCONFIG_NF_CONNTRACK_X=y\n',
        [`/lib/modules/${release}/config`]: 'CONFIG_MODULES=y\n',
      });
      expect(kernel.config).toEqual({ CONFIG_MODULES: 'n', CONFIG_BRIDGE_NETFILTER: 'm' });
    });
  },
);
