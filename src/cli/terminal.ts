import type { Terminal } from '../report/terminal.ts';

/** Environment variables by name; process.env, for one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a stream can show.
 * @param stream stdout, or what stands for it
 * @param platform as process.platform
 */
export function detectTerminal(
  stream: { isTTY?: boolean; columns?: number },
  env: Environment,
  platform: string = process.platform,
): Terminal {
  const isTerminal = stream.isTTY === true;
  return {
    columns: isTerminal ? (positive(stream.columns) ?? positive(Number(env.COLUMNS))) : undefined,
    color: hasColor(isTerminal, env),
    unicode: hasUnicode(env, platform),
  };
}

function positive(columns: number | undefined): number | undefined {
  return columns !== undefined && Number.isInteger(columns) && columns > 0 ? columns : undefined;
}

function hasColor(isTerminal: boolean, env: Environment): boolean {
  // A wish for no colour is kept before a wish for it: https://no-color.org counts any value but the empty one.
  if (env.NO_COLOR) return false;
  const forced = [env.FORCE_COLOR, env.CLICOLOR_FORCE].find((value) => value !== undefined && value !== '');
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env.TERM !== 'dumb' && env.CLICOLOR !== '0';
}

function hasUnicode(env: Environment, platform: string): boolean {
  // Linux's own console has UTF-8, but not the glyphs.
  if (env.TERM === 'dumb' || env.TERM === 'linux') return false;
  // The first that is set and not empty decides, as in setlocale(3).
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  if (locale) return /utf-?8/i.test(locale);
  // Windows' old console has neither locale nor glyphs; the terminals that have the glyphs say who they are.
  if (platform === 'win32') return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuTask);
  return platform === 'darwin';
}
