import { isPolicyRule } from '../judge/find-rules.ts';

const REPOSITORY = 'https://github.com/kubectl-netprereq/kubectl-netprereq';

/** The address of a rule's section in docs/rules.md of a version; for a policy's own rule, of docs/policy.md. */
export function docsUrl(version: string, rule: string): string {
  const page = isPolicyRule(rule) ? 'policy.md' : `rules.md#${rule}`;
  return `${REPOSITORY}/blob/v${version}/docs/${page}`;
}
