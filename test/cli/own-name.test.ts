import { expect, test } from 'vitest';
import { inOwnName } from '../../src/cli/own-name.ts';

test.for([
  ['kubectl netprereq check', 'kubectl-netprereq check'],
  ["See 'kubectl netprereq explain -h' for help", "See 'kubectl-netprereq explain -h' for help"],
  ['kubectl logs POD | kubectl netprereq explain -', 'kubectl logs POD | kubectl-netprereq explain -'],
  ['一条规则的详细说明：kubectl netprereq explain RULE', '一条规则的详细说明：kubectl-netprereq explain RULE'],
  ['kubectl get nodes; a netprereq journal', 'kubectl get nodes; a netprereq journal'],
])('where there is no kubectl, %j becomes %j, and stays elsewhere', ([text = '', wanted]) => {
  expect(inOwnName(text, true)).toBe(wanted);
  expect(inOwnName(text, false)).toBe(text);
});
