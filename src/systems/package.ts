import type { OsFacts } from '../facts/facts.ts';

const RED_HAT = new Set(['rhel', 'centos', 'rocky', 'almalinux', 'ol']);

/**
 * What installs a module that the running kernel's package does not carry, one command or sentence per entry. Always by the
 * exact name for the running kernel: without it the package manager takes the newest one, whose modules land in the directory
 * of a kernel that is not running.
 */
export function installModule(name: string, running: string | undefined, os: OsFacts): string[] {
  const release = commandSafe(running);
  if (os.id === 'ubuntu') return ubuntu(release);
  if (os.id !== undefined && RED_HAT.has(os.id) && major(os) >= 10) {
    return [`dnf install -y "kernel-modules-extra-${release}"`];
  }
  if ([os.id, ...(os.idLike ?? [])].some((id) => id === 'rhel' || id === 'fedora')) {
    return [`dnf provides "*/${release}/*/${name}.ko*"`, 'Install the package that it names, for this very kernel'];
  }
  return [`Install the package that carries ${name} for this kernel, or boot a kernel that has it`];
}

/** The cloud flavours keep the module in a package of its own; linux-kvm is built without it. */
function ubuntu(release: string): string[] {
  return release.endsWith('-kvm')
    ? ['apt-get install -y linux-image-generic', 'Reboot into that kernel: the kvm flavour lacks the module']
    : [`apt-get install -y "linux-modules-extra-${release}"`];
}

function major({ versionId }: OsFacts): number {
  return Number.parseInt(versionId ?? '', 10) || 0;
}

/** The release comes from the node and goes into a command for a root shell: all but a plain name is left to that shell. */
function commandSafe(release: string | undefined): string {
  return release !== undefined && /^\w[\w.+~-]{0,127}$/.test(release) ? release : '$(uname -r)';
}
