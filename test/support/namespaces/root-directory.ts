import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Files of a made-up root: by absolute path their text, or a link's target, or an executable's text. */
export type FileMap = Readonly<Record<string, string | { link: string } | { executable: string } | { secret: string }>>;

/** What a distribution keeps in /usr/lib for its kernel and its boot: never the machine's, always the file map's. */
const own = new Set([
  'modules',
  'modules-load.d',
  'modprobe.d',
  'sysctl.d',
  'systemd',
  'os-release',
  'environment.d',
  'firmware',
]);

/**
 * Makes a root directory that borrows the machine's programs and libraries, through links into /.machine, where the
 * caller mounts them, and has none of its configuration.
 */
export function makeRoot(root: string): void {
  for (const directory of ['proc', 'sys', 'dev', 'etc', 'run', 'tmp', 'var/lib', 'usr', '.machine']) {
    mkdirSync(join(root, directory), { recursive: true });
  }
  borrow('/usr', root);
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64']) {
    const path = `/${name}`;
    if (!existsSync(path)) continue;
    if (lstatSync(path).isSymbolicLink()) symlinkSync(readlinkSync(path), join(root, name));
    else borrow(path, root);
  }
  writeFiles(root, SERVICES);
  // Debian's awk is a link into this directory.
  if (!existsSync('/etc/alternatives')) return;
  mkdirSync(join(root, '.machine/alternatives'));
  symlinkSync('/.machine/alternatives', join(root, 'etc/alternatives'));
}

/** Links every entry of one of the machine's directories, entering lib to leave out what is the node's own. */
function borrow(path: string, root: string): void {
  if (path.lastIndexOf('/') === 0) mkdirSync(join(root, '.machine', path), { recursive: true });
  mkdirSync(join(root, path), { recursive: true });
  for (const name of readdirSync(path)) {
    const child = `${path}/${name}`;
    if (own.has(name) || name === 'local') continue;
    if (child === '/usr/lib' && !lstatSync(child).isSymbolicLink()) borrow(child, root);
    else symlinkSync(`/.machine${child}`, join(root, child));
  }
}

/** The services without which nothing reads what a file map has for the boot. */
const SERVICES: FileMap = Object.fromEntries(
  ['systemd-sysctl', 'systemd-modules-load'].map((name) => [
    `/usr/lib/systemd/system/${name}.service`,
    `[Service]\nExecStart=/usr/lib/systemd/${name}\n`,
  ]),
);

/** Writes the files; directories of a path are made, links in it (lib → usr/lib) are followed. */
export function writeFiles(root: string, files: FileMap): void {
  for (const [path, file] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    if (typeof file === 'string') writeFileSync(target, file);
    else if ('link' in file) symlinkSync(file.link, target);
    else if ('secret' in file) {
      // Of somebody who is nobody in a user namespace: not even its root reads that. Needs root to give it away.
      writeFileSync(target, file.secret, { mode: 0 });
      chownSync(target, 12_345, 12_345);
    } else {
      writeFileSync(target, file.executable);
      chmodSync(target, 0o755);
    }
  }
}
