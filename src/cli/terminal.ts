import type { Terminal } from '../report/terminal.ts';

/** Environment variables by name, such as process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a stream can show.
 * @param stream stdout, or a substitute
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
  // NO_COLOR wins over FORCE_COLOR. Any value except the empty one counts: https://no-color.org
  if (env.NO_COLOR) return false;
  const forced = [env.FORCE_COLOR, env.CLICOLOR_FORCE].find((value) => value !== undefined && value !== '');
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env.TERM !== 'dumb' && env.CLICOLOR !== '0';
}

function hasUnicode(env: Environment, platform: string): boolean {
  // The Linux console has UTF-8 but lacks the glyphs.
  if (env.TERM === 'dumb' || env.TERM === 'linux') return false;
  // The first variable that is set and not empty decides, as in setlocale(3).
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  if (locale) return /utf-?8/i.test(locale);
  // The old Windows console has neither a locale nor the glyphs. Terminals with the glyphs identify themselves.
  if (platform === 'win32') return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuTask);
  return platform === 'darwin';
}
