import type { ConfigFile } from '../facts/facts.ts';
import { type Setting, settingsOf } from './settings.ts';

const [CONFIG, DEFAULTS, OWN_RULES] = ['/etc/ufw/ufw.conf', '/etc/default/ufw', '/etc/ufw/user.rules'] as const;

/** What to read of ufw's configuration. */
export const UFW_FILES = [`${CONFIG}#ENABLED`, `${DEFAULTS}#DEFAULT_FORWARD_POLICY`, `${OWN_RULES}#forward`];

/** What ufw does with packets that the node forwards. */
export interface UfwForwarding {
  readonly enabled: boolean;
  readonly policy: 'ACCEPT' | 'DROP' | 'REJECT';
  /** The line with the policy; absent: ufw's default holds. */
  readonly at?: Setting['at'];
  /** `ufw route allow` has made rules, which may accept the pods. */
  readonly routes: boolean;
}

/** Without its files it is not installed. */
export function ufwForwarding(files: readonly ConfigFile[]): UfwForwarding {
  const last = (path: string, name: string) =>
    settingsOf(files.filter((file) => file.path === path)).findLast(({ key }) => key === name);
  const plain = (setting: Setting | undefined) => setting?.value.replace(/^(["'])(.*)\1$/, '$2');
  const line = last(DEFAULTS, 'DEFAULT_FORWARD_POLICY');
  const policy = plain(line)?.toUpperCase();
  const rules = files.filter(({ path }) => path === OWN_RULES).flatMap(({ lines }) => lines);
  return {
    enabled: plain(last(CONFIG, 'ENABLED'))?.toLowerCase() === 'yes',
    policy: policy === 'ACCEPT' || policy === 'REJECT' ? policy : 'DROP',
    ...(line && { at: line.at }),
    routes: rules.some(({ text }) => /^-A ufw-user-forward\b.* -j ACCEPT\b/.test(text)),
  };
}
