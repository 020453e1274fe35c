import type { ConfigFile } from '../facts/facts.ts';

/** A line `key=value` of a configuration file. */
export interface Setting {
  /** The section that it stands in; empty before the first one. */
  readonly section: string;
  readonly key: string;
  /** Without the blanks around it. */
  readonly value: string;
  readonly at: { readonly file: string; readonly line: number };
}

/** The settings of files in their order, as systemd, GLib's key files and shell variables have them. */
export function settingsOf(files: readonly ConfigFile[]): Setting[] {
  return files.flatMap((file) => {
    let section = '';
    return file.lines.flatMap(({ number, text }) => {
      const header = /^\s*\[([^\]]*)\]/.exec(text)?.[1];
      if (header !== undefined) section = header;
      const [, key, value] = /^\s*([^\s=[][^=]*?)\s*=\s*(.*?)\s*$/s.exec(text) ?? [];
      return key === undefined || value === undefined
        ? []
        : [{ section, key, value, at: { file: file.path, line: number } }];
    });
  });
}

/** A yes or no as systemd and NetworkManager write it; undefined: neither, which both ignore. */
export function booleanOf(value: string): boolean | undefined {
  if (/^(?:1|yes|y|true|t|on)$/i.test(value)) return true;
  return /^(?:0|no|n|false|f|off)$/i.test(value) ? false : undefined;
}
