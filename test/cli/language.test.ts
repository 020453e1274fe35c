import { expect, test } from 'vitest';
import { type Language, languageNamed, languageOf } from '../../src/cli/language.ts';
import type { Environment } from '../../src/cli/terminal.ts';

const table: [env: Environment, unicode: boolean, language: Language][] = [
  [{}, true, 'en'],
  [{ LANG: 'zh_CN.UTF-8' }, true, 'zh'],
  [{ LANG: 'zh' }, true, 'zh'],
  [{ LANG: 'zh_TW.UTF-8' }, true, 'zh'],
  [{ LANG: 'zha_CN.UTF-8' }, true, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, true, 'en'],
  [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN.UTF-8' }, true, 'zh'],
  [{ LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'en_US.UTF-8' }, true, 'en'],
  [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C.UTF-8' }, true, 'en'],
  [{ LANG: 'zh_CN.UTF-8', LC_ALL: '' }, true, 'zh'],
  [{ LANG: 'zh_CN.GBK' }, false, 'en'],
];
test.for(table)('%j, more than ASCII: %s, asks for %s', ([env, unicode, language]) => {
  expect(languageOf(env, unicode)).toBe(language);
});

test.for([
  ['zh', 'zh'],
  ['zh_CN', 'zh'],
  ['zh-CN', 'zh'],
  ['zh_CN.UTF-8', 'zh'],
  ['zh-Hans', 'zh'],
  ['zh_TW', 'zh'],
  ['zh-Hant', 'zh'],
  ['en_US.UTF-8', 'en'],
  ['cn', 'zh'],
  ['zha', 'zha'],
  ['de', 'de'],
  ['', ''],
])('the name %j is the language %j', ([name = '', language]) => {
  expect(languageNamed(name)).toBe(language);
});
