import { describe, expect, test } from 'vitest';
import { detectTerminal, type Environment } from '../../src/cli/terminal.ts';

const TTY = { isTTY: true, columns: 120 };
const FILE = {};

describe('columns', () => {
  const table: [stream: { isTTY?: boolean; columns?: number }, env: Environment, columns: number | undefined][] = [
    [TTY, {}, 120],
    [TTY, { COLUMNS: '60' }, 120],
    [{ isTTY: true }, { COLUMNS: '60' }, 60],
    [{ isTTY: true, columns: 0 }, { COLUMNS: '60' }, 60],
    [{ isTTY: true, columns: 0 }, {}, undefined],
    [{ isTTY: true }, { COLUMNS: 'wide' }, undefined],
    [{ isTTY: true }, { COLUMNS: '-3' }, undefined],
    [FILE, { COLUMNS: '60' }, undefined],
    [{ isTTY: false, columns: 120 }, {}, undefined],
  ];
  test.for(table)('%j with %j: %s', ([stream, env, columns]) => {
    expect(detectTerminal(stream, env, 'linux').columns).toBe(columns);
  });
});

describe('colour', () => {
  const table: [stream: { isTTY?: boolean; columns?: number }, env: Environment, color: boolean][] = [
    [TTY, {}, true],
    [TTY, { TERM: 'xterm-256color' }, true],
    [TTY, { TERM: 'dumb' }, false],
    [TTY, { NO_COLOR: '1' }, false],
    [TTY, { NO_COLOR: '0' }, false],
    [TTY, { NO_COLOR: '' }, true],
    [TTY, { CLICOLOR: '0' }, false],
    [TTY, { FORCE_COLOR: '0' }, false],
    [TTY, { FORCE_COLOR: 'false' }, false],
    [FILE, {}, false],
    [FILE, { TERM: 'xterm' }, false],
    [FILE, { FORCE_COLOR: '1' }, true],
    [FILE, { FORCE_COLOR: '' }, false],
    [FILE, { CLICOLOR_FORCE: '1' }, true],
    [FILE, { CLICOLOR_FORCE: '0' }, false],
    [FILE, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ];
  test.for(table)('%j with %j: %s', ([stream, env, color]) => {
    expect(detectTerminal(stream, env, 'linux').color).toBe(color);
  });
});

describe('Unicode', () => {
  const table: [platform: string, env: Environment, unicode: boolean][] = [
    ['linux', { LANG: 'de_DE.UTF-8' }, true],
    ['linux', { LANG: 'C.utf8' }, true],
    ['linux', { LC_ALL: 'C.UTF-8', LANG: 'C' }, true],
    ['linux', { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    ['linux', { LC_ALL: '', LC_CTYPE: 'UTF-8' }, true],
    ['linux', { LC_CTYPE: 'POSIX', LANG: 'en_US.UTF-8' }, false],
    ['linux', { LANG: 'de_DE.ISO-8859-1' }, false],
    ['linux', {}, false],
    ['linux', { LANG: 'en_US.UTF-8', TERM: 'linux' }, false],
    ['linux', { LANG: 'en_US.UTF-8', TERM: 'dumb' }, false],
    ['darwin', {}, true],
    ['darwin', { LC_ALL: 'C' }, false],
    ['win32', {}, false],
    ['win32', { WT_SESSION: '5b2c' }, true],
    ['win32', { TERM_PROGRAM: 'vscode' }, true],
    ['win32', { LANG: 'en_US.UTF-8' }, true],
  ];
  test.for(table)('%s with %j: %s', ([platform, env, unicode]) => {
    expect(detectTerminal(TTY, env, platform).unicode).toBe(unicode);
  });
});
