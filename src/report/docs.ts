const REPOSITORY = 'https://github.com/kubectl-netprereq/kubectl-netprereq';

/** The address of a rule's section in docs/rules.md, as it was in a version. */
export function docsUrl(version: string, rule: string): string {
  return `${REPOSITORY}/blob/v${version}/docs/rules.md#${rule}`;
}
