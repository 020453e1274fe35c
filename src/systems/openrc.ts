import { isAlpineOpenrc } from '../boot/openrc.ts';
import type { System } from './system.ts';
import { systemd } from './systemd.ts';

export const openrc: System = {
  ...systemd,
  id: 'openrc',
  title: 'Alpine, Gentoo (OpenRC)',
  is: (facts) => {
    const { init } = facts.boot;
    return isAlpineOpenrc(facts) || (facts.os.id === 'gentoo' && init !== undefined && init !== 'systemd');
  },
};
