import { basename } from '../boot/config-directories.ts';
import type { ConfigFile } from '../facts/facts.ts';
import { type Setting, settingsOf } from './settings.ts';

const CONFIG = '/etc/firewalld/firewalld.conf';

/** What to read of firewalld's configuration: of its zones neither what they are for, nor what they open. */
export const FIREWALLD_FILES = [`${CONFIG}#DefaultZone`, '/etc/firewalld/zones/*.xml#zone|interface|source'];

const OF_A_CNI = /^(?:cni|cbr|flannel|cali|tunl|vxlan|kube-|weave|eni|lxc|veth|antrea|azv|\+$)/;

/**
 * Where packets of pods are accepted: the line of a zone with the target ACCEPT that holds an interface of a CNI, or a range of addresses, which may be the
 * pods'; or of the default zone, which holds all other interfaces.
 */
export function trustedAt(files: readonly ConfigFile[]): Setting['at'] | undefined {
  const defaultZone = settingsOf(files.filter(({ path }) => path === CONFIG)).findLast(
    ({ key }) => key === 'DefaultZone',
  );
  const zones = files.filter(({ path }) => path.endsWith('.xml'));
  const accepting = zones.filter(({ lines }) => lines.some(({ text }) => /<zone\b[^>]*\btarget="ACCEPT"/.test(text)));
  const isAccepting = (name: string) =>
    zones.some(({ path }) => basename(path) === `${name}.xml`)
      ? accepting.some(({ path }) => basename(path) === `${name}.xml`)
      : name === 'trusted';
  if (defaultZone && isAccepting(defaultZone.value)) return defaultZone.at;
  for (const { path, lines } of accepting) {
    const line = lines.find(({ text }) => holdsPods(text));
    if (line) return { file: path, line: line.number };
  }
  return undefined;
}

function holdsPods(text: string): boolean {
  const name = /<interface\b[^>]*\bname="([^"]+)"/.exec(text)?.[1];
  if (name !== undefined) return OF_A_CNI.test(name);
  return /<source\b[^>]*\b(?:address="[^"]+\/\d+"|ipset=)/.test(text);
}
