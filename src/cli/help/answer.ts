import manifest from '../../../package.json' with { type: 'json' };
import { tolerateClosedStreams } from '../streams.ts';
import { OVERVIEW } from './page.ts';
import { PAGES } from './pages.ts';
import { renderHelp } from './render.ts';
import { helpTopic } from './topic.ts';

const COLUMNS = 80;

/**
 * Prints the help that a command line asks for. The program's first file calls this before anything else is loaded.
 * @param argv the words behind `kubectl netprereq`
 * @returns false: it asks for none, or for help with a command that does not exist
 */
export function answerHelp(argv: readonly string[]): boolean {
  const topic = helpTopic(argv, PAGES);
  const page = topic !== undefined && Object.hasOwn(PAGES, topic) ? PAGES[topic] : undefined;
  if (page === undefined) return false;
  tolerateClosedStreams();
  const version = `${manifest.name}/${manifest.version} ${process.platform}-${process.arch} node-${process.version}`;
  const { isTTY, columns } = process.stdout;
  process.stdout.write(renderHelp(page, (isTTY && columns) || COLUMNS, topic === OVERVIEW ? version : undefined));
  return true;
}
