import type { BootInputs } from '../facts/facts.ts';
import { parseCommandLine } from './command-line.ts';
import { inRunlevel, type OpenrcService } from './openrc.ts';

/** systemd's services that apply sysctl files and lists of modules. */
export type ServiceUnit = 'systemd-sysctl.service' | 'systemd-modules-load.service';

/** What keeps a service from running. */
export interface ServiceOff {
  unit: string;
  how: 'masked' | 'absent' | 'in no runlevel';
  /** The words of the kernel's command line that mask it; absent: a file does. */
  words?: readonly string[];
  /** One clause that says so. */
  because: string;
}

/** What becomes of a service at the boot. 'changed': it is not what systemd comes with, and may do anything. */
export type ServiceState =
  | { is: 'runs' }
  | { is: 'off'; off: ServiceOff }
  | { is: 'changed' | 'unread'; because: string };

/** What becomes of one of systemd's services, by the units of the node and the kernel's command line. */
export function serviceState(unit: ServiceUnit, inputs: BootInputs): ServiceState {
  const { absentUnits, replacedUnits, maskedUnits, commandLine } = inputs;
  if (maskedUnits?.includes(unit)) return { is: 'off', off: { unit, how: 'masked', because: `${unit} is masked` } };
  const words = maskedOnCommandLine(commandLine ?? '').flatMap((mask) => (mask.unit === unit ? [mask.word] : []));
  if (words.length > 0) {
    const because = `${unit} is masked on the kernel command line (${words.join(' ')})`;
    return { is: 'off', off: { unit, how: 'masked', words, because } };
  }
  if (absentUnits?.includes(unit)) {
    return { is: 'off', off: { unit, how: 'absent', because: `there is no ${unit} on this node` } };
  }
  if (replacedUnits?.includes(unit)) {
    return { is: 'changed', because: `${unit} was changed on this node, and what it does now is not known` };
  }
  if (!maskedUnits) return { is: 'unread', because: `whether ${unit} is masked was not read` };
  return commandLine === undefined ? { is: 'unread', because: 'the kernel command line was not read' } : { is: 'runs' };
}

/** What keeps a service of OpenRC from running; undefined: nothing, or the runlevels were not read. */
export function outOfRunlevels(boot: BootInputs, unit: OpenrcService): ServiceOff | undefined {
  if (inRunlevel(boot, unit) !== false) return undefined;
  return { unit, how: 'in no runlevel', because: `the service ${unit} is in no runlevel` };
}

/** Units that the kernel's command line masks, with their suffix; the words as they stand there, for whoever looks for them in the boot loader. */
export function maskedOnCommandLine(commandLine: string): { unit: string; word: string }[] {
  return parseCommandLine(commandLine, 'systemd').flatMap(({ key, value }) =>
    key === 'systemd.mask' && value !== undefined
      ? [{ unit: /\.[a-z]+$/.test(value) ? value : `${value}.service`, word: `${key}=${value}` }]
      : [],
  );
}
