import manifest from '../../../package.json' with { type: 'json' };
import { inOwnName } from '../own-name.ts';
import { tolerateClosedStreams } from '../streams.ts';
import { PAGES } from './pages.ts';
import { renderHelp } from './render.ts';
import { helpTopic } from './topic.ts';

const COLUMNS = 80;

/**
 * Prints the help or the version that a command line asks for. Called before anything else is loaded.
 * @param argv the words after `kubectl netprereq`
 * @returns false: it asks for neither, or for help with something that does not exist
 */
export function answerAtOnce(argv: readonly string[]): boolean {
  if (argv.length === 1 && argv[0] === '--version') return print(`${versionLine()}\n`);
  const topic = helpTopic(argv, PAGES);
  const page = topic !== undefined && Object.hasOwn(PAGES, topic) ? PAGES[topic] : undefined;
  if (page === undefined) return false;
  const { isTTY, columns } = process.stdout;
  return print(inOwnName(renderHelp(page, (isTTY && columns) || COLUMNS)));
}

function print(text: string): true {
  tolerateClosedStreams();
  process.stdout.write(text);
  return true;
}

/** The same text as oclif's, without loading it. */
function versionLine(): string {
  return `${manifest.name}/${manifest.version} ${process.platform}-${process.arch} node-${process.version}`;
}
