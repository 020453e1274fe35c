import { readdirSync, utimesSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import SevenZip, { type SevenZipModuleFactory } from '7z-wasm';
import { EPOCH } from './epoch.ts';

/**
 * Compresses a tar file as gzip, or the files of a directory as zip: with 7-Zip, whose Deflate is 3 % smaller than gzip -9, and as WebAssembly,
 * because zlib's result depends on the processor. Usage: node scripts/dist/compress.ts FROM TO
 */
const [from = '', to = ''] = process.argv.slice(2);
// Its types say that it is a module with a default, and it is that default.
const create = SevenZip as unknown as SevenZipModuleFactory;
const sevenZip = await create({ print: () => {}, printErr: () => {} });
sevenZip.FS.mkdir('/from');
sevenZip.FS.mkdir('/to');
const isZip = to.endsWith('.zip');
const folder = isZip ? from : dirname(from);
const files = isZip ? readdirSync(from).sort() : [basename(from)];
for (const file of files) utimesSync(`${folder}/${file}`, EPOCH, EPOCH);
sevenZip.FS.mount(sevenZip.NODEFS, { root: folder }, '/from');
sevenZip.FS.mount(sevenZip.NODEFS, { root: dirname(to) }, '/to');
sevenZip.FS.chdir('/from');
// Only the time of change, in seconds: other times are of this machine.
const format = isZip ? ['-tzip', '-mtc=off', '-mta=off'] : ['-tgzip'];
sevenZip.callMain(['a', ...format, '-mx=5', `/to/${basename(to)}`, ...files]);
