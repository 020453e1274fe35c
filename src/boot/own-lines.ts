import type { BootInputs, ConfigFile } from '../facts/facts.ts';

/** Lines to add to our own files. */
export interface OwnLines {
  sysctls?: readonly (readonly [key: string, value: string])[];
  modules?: readonly string[];
}

/** The paths of our own files on the node. */
export interface OwnFiles {
  sysctl: string;
  modules: string;
}

/**
 * What a boot reads once our own files have these lines, too; a line that comes later decides over one that it repeats.
 * @param replace whether they take the place of what is no file, such as a link; otherwise that takes no lines
 */
export function withOwnLines(
  boot: BootInputs,
  { sysctls = [], modules = [] }: OwnLines,
  own: OwnFiles,
  replace = false,
): BootInputs {
  const add = (files: readonly ConfigFile[] | undefined, path: string, texts: readonly string[]) =>
    appended(replace ? files?.filter((file) => file.path !== path || file.kind === 'file') : files, path, texts);
  const settings = sysctls.map(([key, value]) => `${key} = ${value}`);
  return {
    ...boot,
    ...(settings.length > 0 && { sysctl: add(boot.sysctl, own.sysctl, settings) }),
    ...(modules.length > 0 && { modulesLoad: add(boot.modulesLoad, own.modules, modules) }),
  };
}

/** What is no file takes no lines. */
function appended(files: readonly ConfigFile[] = [], path: string, texts: readonly string[]): readonly ConfigFile[] {
  const own = files.find((file) => file.path === path);
  if (own && own.kind !== 'file') return files;
  const last = own?.lines.at(-1)?.number ?? 0;
  const lines = [...(own?.lines ?? []), ...texts.map((text, index) => ({ number: last + index + 1, text }))];
  return [...files.filter((file) => file.path !== path), { ...own, path, kind: 'file', lines }];
}
