// The program's first steps, for the npm package and for the archives, whose bundle begins here.

/**
 * Answers what needs neither commands nor a cluster at once, and leaves the rest to the program.
 * @param {string[]} argv the words after `kubectl netprereq`
 */
export async function start(argv) {
  if (mayAskForHelp(argv)) {
    const { answerAtOnce } = await import('../dist/help.mjs');
    if (answerAtOnce(argv)) return;
  }
  await import('./environment.js');
  const { run } = await import('../dist/main.mjs');
  await run(argv);
}

/** Cheap, and generous: the words behind -h may turn out to be no question for help. */
function mayAskForHelp(argv) {
  const [first] = argv;
  if (first === undefined || first === 'help' || first === 'options' || first === '--version') return true;
  return first !== '__complete' && argv.some((word) => word === '-h' || word === '--help');
}
