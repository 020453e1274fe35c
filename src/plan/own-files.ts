import { systemdLine } from '../boot/sysctl-lines.ts';
import type { ConfigFile, NodeFacts } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { type Rule, repairsOf } from '../judge/rule.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';

/** What our own files on a node say, as the node told it. */
export interface OwnFiles {
  /** Values by the keys' dotted names. */
  sysctls: ReadonlyMap<string, string>;
  modules: readonly string[];
}

/** The paths of all files that a fix by these rules may write. */
export function writtenFiles(rules: readonly Rule[]): string[] {
  const dropIns = rules.flatMap(({ requires }) => repairsOf(requires).flatMap(({ file }) => file?.path ?? []));
  return [MODULES_FILE, SYSCTL_FILE, ...dropIns];
}

/** Reads what an earlier run wrote. */
export function ownFiles({ boot }: NodeFacts): OwnFiles {
  const sysctls = fileOf(boot.sysctl, SYSCTL_FILE);
  const modules = fileOf(boot.modulesLoad, MODULES_FILE);
  const settings = (sysctls?.lines ?? []).flatMap(({ text }): [string, string][] => {
    const setting = systemdLine(text);
    return setting?.value === undefined ? [] : [[swapDotsAndSlashes(setting.path), setting.value]];
  });
  return {
    sysctls: new Map(settings),
    modules: (modules?.lines ?? []).map(({ text }) => text.trim()),
  };
}

function fileOf(files: readonly ConfigFile[] | undefined, path: string): ConfigFile | undefined {
  return files?.find((file) => file.path === path);
}
