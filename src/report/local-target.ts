import { shellWord } from '../text/shell-word.ts';
import type { NodeReport } from './report.ts';

/** How a command line names what is looked at without a cluster: this very host, or an image by its root directory. */
export function localTarget(node: { image?: NodeReport['image'] | undefined } | undefined): string {
  return node?.image === undefined ? '--local' : `--root ${shellWord(node.image.root)}`;
}
