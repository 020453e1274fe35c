import { readFileSync } from 'node:fs';

/** Address and checksum of each archive. */
export type Artifacts = ReadonlyMap<string, string>;

/**
 * The manifest for krew-index: the template `krew-manifest.yaml` with everything filled in that krew-release-bot would fill in.
 * @param artifacts checksums by the archives' names
 */
export function krewManifest(version: string, artifacts: Artifacts): string {
  const tag = `v${version}`;
  const filled = readFileSync('krew-manifest.yaml', 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/^( *)\{\{addURIAndSha "(.+?)" \.TagName \}\}$/gm, (_, indent: string, template: string) => {
      const uri = template.replaceAll('{{ .TagName }}', tag);
      const name = uri.slice(uri.lastIndexOf('/') + 1);
      const sha256 = artifacts.get(name);
      if (sha256 === undefined) throw new Error(`krew-manifest.yaml names ${name}, which was not built`);
      return `${indent}uri: ${uri}\n${indent}sha256: ${sha256}`;
    })
    .replaceAll('{{ .TagName }}', tag);
  if (filled.includes('{{')) throw new Error('krew-manifest.yaml has a placeholder that is not known');
  return filled;
}
