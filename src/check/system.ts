import { bootKernels } from '../boot/modules-kernel.ts';
import type { NodeFacts } from '../facts/facts.ts';
import type { Node } from '../kube/cluster.ts';
import type { NodeReport } from '../report/report.ts';

/** The node's system for the report: from the node's answer, otherwise from the API; for an image, its newest kernel. */
export function systemOf(facts: NodeFacts | undefined, node?: Node): NodeReport['system'] {
  const text = (value: string | undefined) => value || null;
  return {
    os: text(facts?.os.prettyName ?? node?.system.osImage),
    kernel: text(
      facts?.boot.image ? bootKernels(facts).kernels[0]?.release : (facts?.kernel.release ?? node?.system.kernel),
    ),
    arch: text(node?.system.arch ?? facts?.kernel.arch),
    runtime: text(node?.system.runtime),
  };
}
