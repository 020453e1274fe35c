import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { inject } from 'postject';
import { runtimeFile, runtimeVersion } from './runtimes.ts';
import type { Target } from './targets.ts';

/** What Node looks for in its own executable: nodejs.org/api/single-executable-applications.html. */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Node and the program in one executable, which is what krew needs on Windows.
 * @param script the whole program as one CommonJS file
 */
export async function makeExecutable(target: Target, script: string): Promise<Buffer> {
  const { builder = '', runtime, arch } = target;
  if (runtimeVersion(builder) !== runtimeVersion(runtime)) throw new Error(`${builder} is of another version`);
  const folder = join('build', 'executables', arch);
  mkdirSync(folder, { recursive: true });
  const [config, blob, executable] = ['config.json', 'blob', 'node.exe'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  // The name of the script is in the executable, and the path of this machine must not be.
  const options = { main: basename(script), output: resolve(blob), disableExperimentalSEAWarning: true };
  writeFileSync(config, JSON.stringify(options));
  execFileSync(resolve(runtimeFile(builder, 'bin', 'node')), ['--experimental-sea-config', resolve(config)], {
    cwd: dirname(script),
    stdio: 'pipe',
  });
  writeFileSync(executable, dropSignature(readFileSync(runtimeFile(runtime, 'bin', 'node.exe'))));
  await inject(executable, RESOURCE, readFileSync(blob), { sentinelFuse: FUSE });
  return readFileSync(executable);
}

/** Where a PE file says that its certificates are: the fifth data directory of the 64-bit optional header. */
const CERTIFICATES = 24 + 112 + 4 * 8;

/** Node's signature does not hold for what comes of it, and a wrong one looks like tampering. */
function dropSignature(file: Buffer): Buffer {
  const header = file.readUInt32LE(0x3c);
  if (file.readUInt32BE(header) !== 0x50450000 || file.readUInt16LE(header + 24) !== 0x20b) {
    throw new Error('no 64-bit PE file');
  }
  const offset = file.readUInt32LE(header + CERTIFICATES);
  if (offset === 0) return file;
  if (offset + file.readUInt32LE(header + CERTIFICATES + 4) !== file.length)
    throw new Error('the signature is not last');
  const unsigned = Buffer.from(file.subarray(0, offset));
  unsigned.fill(0, header + CERTIFICATES, header + CERTIFICATES + 8);
  return unsigned;
}
