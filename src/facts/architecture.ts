/** What the kernel calls a machine, and how a cluster spells it. What is not here is spelled alike. */
const SPELLED: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  i386: '386',
  i686: '386',
  aarch64: 'arm64',
  armv6l: 'arm',
  armv7l: 'arm',
  armv8l: 'arm',
  loongarch64: 'loong64',
};

/** The machines of ELF headers, spelled as in a cluster. */
const ELF_MACHINES: Readonly<Record<number, string>> = {
  3: '386',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};
const LITTLE_ENDIAN = '1';

/** An architecture as a cluster spells it (amd64, arm64). @param machine uname -m */
export function architecture(machine: string): string {
  return Object.hasOwn(SPELLED, machine) ? (SPELLED[machine] ?? machine) : machine;
}

/**
 * The architecture that a program was built for, spelled as in a cluster; undefined: not known.
 * @param header of an ELF file: EI_DATA, and the two bytes of e_machine
 */
export function elfArchitecture([data, first, second]: readonly string[]): string | undefined {
  const little = data === LITTLE_ENDIAN;
  const machine = Number(little ? second : first) * 256 + Number(little ? first : second);
  const name = ELF_MACHINES[machine];
  return name === 'ppc64' && little ? 'ppc64le' : name;
}
