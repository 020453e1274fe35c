import type { BootInputs, NodeFacts } from '../facts/facts.ts';

/** The services of OpenRC that read lists of modules and sysctl files. */
export type OpenrcService = 'modules' | 'sysctl';

type System = Pick<NodeFacts, 'boot' | 'os'>;

/**
 * Whether Alpine's own services bring the node up. A system that derives from Alpine has them too; one of either that is
 * started by systemd does what systemd does.
 */
export function isAlpineOpenrc({ os, boot }: System): boolean {
  const alpine = os.id === 'alpine' || os.idLike?.includes('alpine') === true;
  return alpine && boot.init !== undefined && boot.init !== 'systemd';
}

/** Whether a service is in a runlevel, without which nothing starts it; undefined: the runlevels were not read. */
export function inRunlevel({ runlevels }: BootInputs, service: OpenrcService): boolean | undefined {
  return runlevels?.some((link) => link.endsWith(`/${service}`));
}
