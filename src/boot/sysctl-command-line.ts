import { type CommandLineWord, parseCommandLine } from './command-line.ts';
import { forget, Kernel, needsModule, write } from './sysctl-kernel.ts';
import type { Universe } from './sysctl-universe.ts';

/** What the kernel's command line has to say about sysctls. */
export interface CommandLine {
  /** The words by which the kernel sets sysctls before process 1 starts. */
  settings: { word: string; path: string; value: string }[];
  /** The parameters of the kernel's ipv6 module. */
  ipv6: { disabledBy?: string; disableIpv6?: { word: string; value: string } };
}

/** Reads /proc/cmdline. */
export function readCommandLine(text: string): CommandLine {
  const words = parseCommandLine(text, 'kernel');
  const disable = words.findLast(({ key }) => key === 'ipv6.disable');
  const disableIpv6 = words.findLast(({ key, value }) => key === 'ipv6.disable_ipv6' && value !== undefined);
  return {
    settings: words.flatMap(setting),
    ipv6: {
      ...(disable && isSet(disable.value) && { disabledBy: show(disable) }),
      ...(disableIpv6 && { disableIpv6: { word: show(disableIpv6), value: isSet(disableIpv6.value) ? '1' : '0' } }),
    },
  };
}

/** sysctl.net.ipv4.ip_forward=1 or sysctl/net/ipv4/…: to the kernel every dot is a slash. An empty value sets nothing. */
function setting(word: CommandLineWord): CommandLine['settings'] {
  const path = /^sysctl[./](.*)$/s.exec(word.key)?.[1];
  if (path === undefined || word.value === undefined || word.value === '') return [];
  return [{ word: show(word), path: path.replaceAll('.', '/').replaceAll(/\/+/g, '/'), value: word.value }];
}

function show({ key, value }: CommandLineWord): string {
  return value === undefined ? key : `${key}=${value}`;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && /^[+-]?0*[xX]?0*[1-9a-fA-F]/.test(value);
}

/**
 * The sysctls when process 1 starts, but for those of interfaces, of a kernel that has the modules built in or not. Undefined line:
 * not read, so anything may have been set by it. Kernels before 5.8 know no sysctl parameters.
 */
export function kernelAtStart(
  universe: Universe,
  line: CommandLine | undefined,
  builtIn: boolean,
  knowsSysctls: boolean,
): Kernel {
  const kernel = new Kernel(universe);
  const ipv6 = line?.ipv6.disabledBy === undefined;
  kernel.add((one) => !one.of && (needsModule(one) ? builtIn : one.needs !== 'ipv6' || ipv6));
  if (!line) forget(kernel, 'the kernel command line was not read');
  const { disableIpv6 } = line?.ipv6 ?? {};
  // Interfaces take it from conf.default when they come; conf.all stays 0 (addrconf_init_net).
  const inherited = 'net.ipv6.conf.default.disable_ipv6';
  if (disableIpv6 && kernel.has(inherited)) {
    kernel.set(inherited, { value: disableIpv6.value, source: { commandLine: disableIpv6.word } });
  }
  if (knowsSysctls)
    for (const { word, path, value } of line?.settings ?? []) write(kernel, path, value, { commandLine: word });
  return kernel;
}
