import { systemdLine } from '../boot/sysctl-lines.ts';
import type { ConfigFile, NodeFacts } from '../facts/facts.ts';
import { swapDotsAndSlashes } from '../facts/sysctl-name.ts';
import { MODULES_FILE, SYSCTL_FILE } from '../systems/own-files.ts';

/** What our own files on a node say, as the node told it. */
export interface OwnFiles {
  /** Values by the keys' dotted names. */
  sysctls: ReadonlyMap<string, string>;
  modules: readonly string[];
  /** The path of one that is no plain file that could be read whole: a link to /dev/null, a directory. */
  obstructed?: string;
}

/** Reads what an earlier run wrote. */
export function ownFiles({ boot }: NodeFacts): OwnFiles {
  const sysctls = fileOf(boot.sysctl, SYSCTL_FILE);
  const modules = fileOf(boot.modulesLoad, MODULES_FILE);
  const obstructed = [sysctls, modules].find((file) => file && (file.kind !== 'file' || file.target || file.truncated));
  const settings = (sysctls?.lines ?? []).flatMap(({ text }): [string, string][] => {
    const setting = systemdLine(text);
    return setting?.value === undefined ? [] : [[swapDotsAndSlashes(setting.path), setting.value]];
  });
  return {
    sysctls: new Map(settings),
    modules: (modules?.lines ?? []).map(({ text }) => text.trim()),
    ...(obstructed && { obstructed: obstructed.path }),
  };
}

/** The node's files with lines of ours added to what our own files say already. */
export function withLines(
  { boot }: NodeFacts,
  lines: { sysctls: readonly (readonly [key: string, value: string])[]; modules: readonly string[] },
): NodeFacts['boot'] {
  return {
    ...boot,
    ...(boot.sysctl && {
      sysctl: extended(
        boot.sysctl,
        SYSCTL_FILE,
        lines.sysctls.map(([key, value]) => `${key} = ${value}`),
      ),
    }),
    ...(boot.modulesLoad && { modulesLoad: extended(boot.modulesLoad, MODULES_FILE, lines.modules) }),
  };
}

function fileOf(files: readonly ConfigFile[] | undefined, path: string): ConfigFile | undefined {
  return files?.find((file) => file.path === path);
}

/** A line that comes later decides over one of the same file that it repeats, so that the old ones may stay. */
function extended(files: readonly ConfigFile[], path: string, added: readonly string[]): readonly ConfigFile[] {
  if (added.length === 0) return files;
  const lines = [...(fileOf(files, path)?.lines.map(({ text }) => text) ?? []), ...added];
  const own: ConfigFile = { path, kind: 'file', lines: lines.map((text, index) => ({ number: index + 1, text })) };
  return [...files.filter((file) => file.path !== path), own];
}
