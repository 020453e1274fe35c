import type { Environment } from './terminal.ts';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * The language of messages that the environment asks for, by the first variable that is set and not empty, as in setlocale(3).
 * @param unicode whether characters beyond ASCII get through; without them there is only English
 */
export function languageOf(env: Environment, unicode: boolean): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return unicode && /^zh(?![a-z])/i.test(locale) ? 'zh' : 'en';
}

/** The language of a name as locales and web pages have it (zh_CN.UTF-8, zh-Hans); all of Chinese is answered in Simplified Chinese. */
export function languageNamed(name: string): string {
  const [language = name] = /^(?:zh|en)(?=[-_.@]|$)/i.exec(name) ?? [];
  return language;
}
