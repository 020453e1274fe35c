import type { OsFacts } from '../facts/facts.ts';

/** systemd's release in the oldest version of a distribution that has at least this; the oldest first. */
const RELEASES: Readonly<Record<string, readonly (readonly [version: string, systemd: number])[]>> = {
  amzn: [['2023', 252]],
  azurelinux: [['3', 255]],
  debian: [
    ['10', 241],
    ['11', 247],
    ['12', 252],
  ],
  fedora: [
    ['34', 248],
    ['38', 253],
  ],
  flatcar: [['3510', 252]],
  mariner: [['2', 250]],
  nixos: [['23.05', 253]],
  photon: [['4', 247]],
  rhel: [
    ['8', 239],
    ['9', 250],
    ['10', 257],
  ],
  // RHEL CoreOS counts as OpenShift does: 4.13 is made of RHEL 9.2.
  rhcos: [['4.13', 252]],
  sles: [
    ['15.4', 249],
    ['15.6', 254],
  ],
  ubuntu: [
    ['20.04', 245],
    ['22.04', 249],
    ['24.04', 255],
  ],
};

/** Distributions that are another one under their own name, with its versions. */
const SAME_AS: Readonly<Record<string, string>> = {
  almalinux: 'rhel',
  centos: 'rhel',
  ol: 'rhel',
  'opensuse-leap': 'sles',
  raspbian: 'debian',
  rocky: 'rhel',
};

/** Distributions whose every release is the newest. */
const ROLLING = new Set(['arch', 'opensuse-tumbleweed']);
const OF_THE_DAY = 252;

/**
 * The oldest release of systemd that this system may have; 0 where that is not known. Newer ones come by updates and backports,
 * so that there is no newest.
 */
export function oldestSystemd({ id = '', versionId = '' }: OsFacts): number {
  // Only Debian's testing and unstable have no version.
  if (ROLLING.has(id) || (id === 'debian' && versionId === '')) return OF_THE_DAY;
  const name = Object.hasOwn(SAME_AS, id) ? `${SAME_AS[id]}` : id;
  const releases = Object.hasOwn(RELEASES, name) ? RELEASES[name] : undefined;
  return releases?.findLast(([version]) => isAtLeast(versionId, version))?.[1] ?? 0;
}

/** By numbers: 4.9 is older than 4.13. What is no version is older than all. */
function isAtLeast(versionId: string, version: string): boolean {
  if (!/^\d{1,6}(?:\.\d{1,6})?/.test(versionId)) return false;
  const [has = [], least = []] = [versionId, version].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  const [major = 0, minor = 0] = has;
  const [leastMajor = 0, leastMinor = 0] = least;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
