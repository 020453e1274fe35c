import type { NodeFacts } from '../collect/facts.ts';
import { effectiveFiles } from './config-files.ts';

/** A line, or a word of the kernel's command line, that keeps a module from being loaded. */
export interface Denial {
  /**
   * Whom it stops: 'everyone' (the kernel refuses), 'modprobe' (it runs another command instead), or only 'boot':
   * systemd-modules-load and alias lookups honour a blacklist, modprobe by name does not.
   */
  stops: 'everyone' | 'modprobe' | 'boot';
  file: string;
  line?: number;
  text: string;
}

/** The denial of a module that stops most, or undefined when none is known. */
export function findDenial(name: string, facts: NodeFacts): Denial | undefined {
  const denials = [...onCommandLine(name, facts), ...inModprobeFiles(name, facts)];
  for (const stops of ['everyone', 'modprobe', 'boot'] as const) {
    const denial = denials.find((candidate) => candidate.stops === stops);
    if (denial) return denial;
  }
  return undefined;
}

/** Module names with - and _ are the same name. */
export function sameModule(a: string, b: string): boolean {
  return a.replaceAll('-', '_') === b.replaceAll('-', '_');
}

const COMMAND_LINE: Readonly<Record<string, Denial['stops']>> = {
  module_blacklist: 'everyone',
  'modprobe.blacklist': 'boot',
};

function onCommandLine(name: string, facts: NodeFacts): Denial[] {
  return (facts.boot.commandLine ?? '').split(/\s+/).flatMap((text) => {
    const [option = '', value = ''] = text.split('=', 2);
    const stops = Object.hasOwn(COMMAND_LINE, option) ? COMMAND_LINE[option] : undefined;
    const names = value.split(',');
    return stops && names.some((other) => sameModule(other, name)) ? [{ stops, file: '/proc/cmdline', text }] : [];
  });
}

// modprobe runs this instead of loading: `install br_netfilter /bin/false`, or /bin/true, which even reports success.
const LOADS_NOTHING = /^(?:\/\S*\/)?(?:false|true|:|nologin)$/;

function inModprobeFiles(name: string, facts: NodeFacts): Denial[] {
  return effectiveFiles(facts.boot.modprobe ?? []).flatMap((file) =>
    file.lines.flatMap(({ number, text }): Denial[] => {
      const [directive, module = '', command = ''] = text.trim().split(/\s+/);
      if (!sameModule(module, name)) return [];
      const at = { file: file.path, line: number, text: text.trim() };
      if (directive === 'blacklist') return [{ ...at, stops: 'boot' }];
      return directive === 'install' && LOADS_NOTHING.test(command) ? [{ ...at, stops: 'modprobe' }] : [];
    }),
  );
}
