import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { runtimeVersion } from './runtimes.ts';
import { TARGETS } from './targets.ts';

/** What is used here of a CycloneDX document. */
interface Sbom {
  components: {
    type: string;
    name: string;
    version: string;
    group?: string;
    purl?: string;
    'bom-ref'?: string;
    licenses?: { license?: { id?: string; name?: string }; expression?: string }[];
    evidence?: { licenses?: { license: { text?: { content: string; encoding?: string } } }[] };
  }[];
}

/**
 * What the program is made of.
 * @param metafile what esbuild says of the bundle
 * @returns the bill of materials (CycloneDX), and the licences of all that is bundled as one text
 */
export function describeComponents(metafile: Metafile): { sbom: Sbom; licences: string } {
  mkdirSync('build', { recursive: true });
  const [input, output] = [join('build', 'metafile.json'), join('build', 'bundle.cdx.json')];
  writeFileSync(input, JSON.stringify(metafile));
  const options = ['--gather-license-texts', '--output-reproducible', '--mc-type=application', '--output-file', output];
  execFileSync(join('node_modules', '.bin', 'cyclonedx-esbuild'), [...options, input], { stdio: 'pipe' });
  const sbom = JSON.parse(readFileSync(output, 'utf8')) as Sbom;
  return { sbom, licences: sbom.components.map(licenceOf).join('\n') };
}

/** The same bill of materials, with the Node of each archive. */
export function withRuntimes(sbom: Sbom): Sbom {
  const runtimes = TARGETS.map(({ os, arch, runtime }) => {
    const version = runtimeVersion(runtime);
    const purl = `pkg:npm/${runtime}@${version}`;
    const licenses = [{ license: { id: 'MIT' } }];
    return { type: 'platform', name: `node (${os}/${arch})`, version, purl, 'bom-ref': purl, licenses };
  });
  return { ...sbom, components: [...sbom.components, ...runtimes] };
}

function licenceOf({ group, name, version, licenses, evidence }: Sbom['components'][number]): string {
  const id = licenses?.map(({ license, expression }) => expression ?? license?.id ?? license?.name).join(', ');
  const texts = evidence?.licenses?.flatMap(({ license: { text } }) =>
    text === undefined ? [] : [Buffer.from(text.content, text.encoding === 'base64' ? 'base64' : 'utf8').toString()],
  );
  const title = `${group === undefined ? '' : `${group}/`}${name} ${version} (${id ?? 'see its text'})`;
  return `${'='.repeat(80)}\n${title}\n\n${(texts ?? []).join('\n')}`;
}
