import { execFile } from 'node:child_process';
import { chmodSync, createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { EPOCH } from './epoch.ts';

export interface ArchiveFile {
  name: string;
  mode: 0o644 | 0o755;
  content: Buffer;
}

/**
 * Writes an archive of regular files, all in its top directory: krew refuses links. The same files give the same bytes.
 * @param archive its path, which ends in `.tar.gz` or `.zip`; modes are kept by the first only
 */
export async function writeArchive(archive: string, files: readonly ArchiveFile[]): Promise<void> {
  rmSync(archive, { force: true });
  const work = `${archive}.files`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  if (archive.endsWith('.zip')) {
    for (const { name, content } of files) writeFileSync(join(work, name), content);
    await compress(work, archive);
  } else {
    const tar = join(work, 'kubectl-netprereq.tar');
    await writeTar(tar, files);
    await compress(tar, archive);
  }
  rmSync(work, { recursive: true });
}

async function writeTar(path: string, files: readonly ArchiveFile[]): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(path));
  for (const { name, mode, content } of files) {
    await new Promise<void>((done, failed) => {
      tar.entry({ name, mode, mtime: EPOCH, uid: 0, gid: 0, uname: 'root', gname: 'root' }, content, (error) =>
        error ? failed(error) : done(),
      );
    });
  }
  tar.finalize();
  await written;
}

/** In a process of its own: WebAssembly does not let go of a thread. */
async function compress(from: string, to: string): Promise<void> {
  const script = join(import.meta.dirname, 'compress.ts');
  await promisify(execFile)(process.execPath, [script, resolve(from), resolve(to)]);
  if (readFileSync(to).length === 0) throw new Error(`${to} is empty`);
  chmodSync(to, 0o644);
}
