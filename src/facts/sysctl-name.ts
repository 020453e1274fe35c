/**
 * A path below /proc/sys in sysctl(8)'s dotted spelling, or a name in that spelling as such a path. It is the same exchange both ways: what
 * separates becomes the other, and a dot in the name of an interface is a slash in the name of its sysctl.
 */
export function swapDotsAndSlashes(name: string): string {
  // Most names have one of the two only, and this is called for each of them many times.
  if (!name.includes('/')) return name.replaceAll('.', '/');
  if (!name.includes('.')) return name.replaceAll('/', '.');
  return name.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}
