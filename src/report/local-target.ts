import { shellWord } from '../text/shell-word.ts';
import type { NodeReport } from './report.ts';

/** The flag for a target without a cluster: this host, or an image by its root directory. */
export function localTarget(node: { image?: NodeReport['image'] | undefined } | undefined): string {
  return node?.image === undefined ? '--local' : `--root ${shellWord(node.image.root)}`;
}
