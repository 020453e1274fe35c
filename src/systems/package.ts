import type { OsFacts } from '../facts/facts.ts';
import { type Advice, run } from '../text/advice.ts';

const RED_HAT: ReadonlySet<string | undefined> = new Set(['rhel', 'centos', 'rocky', 'almalinux', 'ol']);

/** Ubuntu's own flavours, whose modules come in packages of Ubuntu; of others (rockchip, tegra) and of mainline builds (6.9.3-060903-generic) it has none. */
const UBUNTU =
  /^\d+\.\d+\.\d+-\d{1,4}-(?:generic|lowlatency|aws|azure|gcp|gke|gkeop|oracle|ibm|kvm|raspi|nvidia|realtime|cloud)(?:-(?:64k|lpae|hwe|fde|edge|lowmem|nvidia))*$/;
/** How releases of the Red Hat family's own kernels are called: 5.14.0-611.el9.x86_64, and Amazon's, Oracle's, Fedora's, openEuler's, Kylin's. */
const RED_HAT_LIKE = /\.(?:el\d|fc\d|amzn\d|amazon|oe\d|ky\d|an\d|tl\d|ocs)|uek/;

/**
 * What installs a module that the running kernel's package does not carry. Always by the
 * exact name for the running kernel: without it the package manager takes the newest one, whose modules land in the directory
 * of a kernel that is not running. A kernel that is not the distribution's own has no package there.
 */
export function installModule(name: string, running: string | undefined, os: OsFacts): Advice[] {
  const release = commandSafe(running);
  const ids = [os.id, ...(os.idLike ?? [])];
  if (isOfWsl(running)) {
    return [
      `The kernel is WSL's: run wsl --update on Windows, or boot a kernel of your own with ${name} (kernel= in .wslconfig)`,
    ];
  }
  if (os.id === 'ubuntu') return running === undefined || UBUNTU.test(running) ? ubuntu(release) : [vendor(name)];
  if (ids.some((id) => id === 'fedora' || RED_HAT.has(id))) {
    return running === undefined || RED_HAT_LIKE.test(running) ? redHat(name, release, os) : [vendor(name)];
  }
  return [`Install the package that has ${name} for this kernel, or boot a kernel that has it`];
}

/** WSL has kernels of Microsoft's, whatever the distribution. */
export function isOfWsl(release: string | undefined): boolean {
  return release !== undefined && /microsoft/i.test(release);
}

function vendor(name: string): string {
  return `This kernel is not the distribution's own: its vendor must provide ${name}; or boot a kernel that has it`;
}

/** The cloud flavours keep the module in a package of its own; linux-kvm is built without it. */
function ubuntu(release: string): Advice[] {
  if (release.endsWith('-kvm')) {
    return [run('apt-get install -y linux-image-generic'), 'Reboot into that kernel: the kvm flavour lacks the module'];
  }
  if (release.endsWith('-raspi'))
    return [run('apt-get install -y linux-modules-extra-raspi'), 'Reboot if it installs a newer kernel'];
  return [run(`apt-get install -y "linux-modules-extra-${release}"`)];
}

function redHat(name: string, release: string, os: OsFacts): Advice[] {
  if (RED_HAT.has(os.id) && major(os) >= 10) {
    return [run(`dnf install -y "kernel-modules-extra-${release}"`)];
  }
  // CentOS 7 and Amazon Linux 2 have no dnf.
  const tool = (os.id === 'amzn' && major(os) === 2) || /\.(?:el7|amzn2)\./.test(release) ? 'yum' : 'dnf';
  return [
    run(`${tool} provides "*/${release}/*/${name}.ko*"`),
    'Install the package that it names, for exactly this kernel',
  ];
}

function major({ versionId }: OsFacts): number {
  return Number.parseInt(versionId ?? '', 10) || 0;
}

/** The release comes from the node and goes into a command for a root shell: all but a plain name is left to that shell. */
function commandSafe(release: string | undefined): string {
  return release !== undefined && /^\w[\w.+~-]{0,127}$/.test(release) ? release : '$(uname -r)';
}

/** What installs the distribution's kernel in an image, by what its os-release says it is. */
const KERNELS: Readonly<Record<string, string>> = {
  debian: 'apt-get install -y "linux-image-$(dpkg --print-architecture)"',
  ubuntu: 'apt-get install -y linux-image-generic',
  fedora: 'dnf install -y kernel',
  rhel: 'dnf install -y kernel',
  suse: 'zypper install -y kernel-default',
  alpine: 'apk add linux-virt',
  arch: 'pacman -S --noconfirm linux',
};

/** What installs a kernel, to be typed in the image. */
export function installKernel({ id = '', idLike = [] }: OsFacts): Advice[] {
  const known = [id, ...idLike].find((name) => Object.hasOwn(KERNELS, name));
  const command = known === undefined ? undefined : KERNELS[known];
  return [command === undefined ? "Install the distribution's kernel in the image" : run(command)];
}
