import type { Environment } from './terminal.ts';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * The language of messages from the environment: the first variable that is set and not empty decides, as in setlocale(3).
 * @param unicode whether the terminal shows more than ASCII; otherwise the language is English
 */
export function languageOf(env: Environment, unicode: boolean): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return unicode && /^zh(?![a-z])/i.test(locale) ? 'zh' : 'en';
}

/** The language of a locale name or language tag (zh_CN.UTF-8, zh-Hans), or of a country's code. All Chinese is Simplified Chinese. */
export function languageNamed(name: string): string {
  if (/^cn$/i.test(name)) return 'zh';
  const [language = name] = /^(?:zh|en)(?=[-_.@]|$)/i.exec(name) ?? [];
  return language;
}
