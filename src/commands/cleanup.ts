import { Command, Flags } from '@oclif/core';
import { commandCompleter, retypeHints } from '../cli/command-completer.ts';
import { confirmed, demandConsent } from '../cli/confirm.ts';
import { connectionOptions } from '../cli/connection.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { kubectlFlags } from '../cli/flags.ts';
import { UsageError } from '../errors.ts';
import type { Pod } from '../kube/cluster.ts';

const WHICH = 'Which pods';
/** How many runs and pods a question names. */
const NAMED = 10;
const { namespace: _namespace, ...clientFlags } = kubectlFlags;

export class Cleanup extends Command {
  static override summary = 'Delete pods that killed runs left behind';
  static override description =
    'A run deletes its own pods, even when it is interrupted; only a run that was killed (SIGKILL) leaves pods behind. ' +
    'Deletes pods that have ended or are past their deadline: other pods may belong to a run that is still running.\n\n' +
    'After a kill, use --run: the ID is in the names of the pods, netprereq-ID-XXXXX. --all-runs also deletes the pods that other people are using now; their check then shows those nodes as unknown, and their fix stops. So it asks.\n\n' +
    'Exit codes: 0 every pod that was to be deleted is gone, also if pods of other runs were skipped because they may still be running (stderr names those runs); 1 a pod could not be deleted, or you answer no; 2 wrong usage or no access.';
  static override examples = [
    { command: '<%= config.bin %> cleanup', description: 'in all namespaces' },
    { command: '<%= config.bin %> cleanup --run 7f3k2q', description: 'the pods of one run' },
    {
      command: '<%= config.bin %> cleanup --all-runs -n kube-system',
      description: 'of every run, also those of others',
    },
  ];
  static override usage = 'cleanup [--run ID | --all-runs] [-n NAMESPACE]';
  static override strict = false;
  static override flags = {
    run: Flags.string({
      summary: 'Delete the pods of this run, even if it is running',
      description: 'Delete the pods of this run without asking, even if it is still running',
      helpValue: 'ID',
      helpGroup: WHICH,
    }),
    'all-runs': Flags.boolean({
      summary: 'Delete the pods of every run; asks if one may be running',
      description: 'Delete the pods of every run, of other people too; asks first if some may still be running',
      helpGroup: WHICH,
    }),
    force: Flags.boolean({
      summary: 'With --run or --all-runs: also pods that are changing a node',
      description:
        'With --run or --all-runs: also pods of fix or undo that are changing their node now. Such a pod ends by itself; --force kills it in the middle of a step',
      helpGroup: WHICH,
    }),
    yes: Flags.boolean({
      char: 'y',
      summary: 'Do not ask; --all-runs needs it without a terminal',
      helpGroup: WHICH,
    }),
    namespace: Flags.string({
      char: 'n',
      summary: 'Only in this namespace (default: all)',
      description:
        'Look only in this namespace (default: in all of them, or where checks put pods if not all may be listed)',
      helpValue: 'NAME',
      helpGroup: WHICH,
    }),
    ...clientFlags,
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Cleanup);
    if (argv.length > 0) throw new UsageError(`unexpected argument "${argv[0]}": cleanup takes no names`);
    if (flags.run?.trim() === '') throw new UsageError('--run is empty: it needs the ID of a run');
    if (flags.run && flags['all-runs']) throw new UsageError('--run and --all-runs cannot be used together');
    if (flags.force && !flags.run && !flags['all-runs']) throw new UsageError('--force needs --run or --all-runs');
    const asks = flags['all-runs'] && !flags.yes;
    const terminals = { input: process.stdin, output: process.stderr };
    if (asks) demandConsent(false, terminals, '--yes to proceed, or --run ID for the pods of one run');
    const consent = async (living: readonly Pod[]) =>
      confirmed(await questionAbout(living), terminals, new AbortController().signal);
    const [{ connect }, { cleanUp }] = await Promise.all([import('../kube/client.ts'), import('../cleanup.ts')]);
    const retype = commandCompleter(flags);
    const reconnect = (error: unknown) => {
      throw retypeHints(error, retype);
    };
    const cluster = await connect(connectionOptions(flags)).catch(reconnect);
    try {
      const { run, force: changing } = flags;
      const scope = run ? { run, changing } : flags['all-runs'] ? { changing } : 'dead';
      const options = asks ? { consent } : {};
      const result = await cleanUp(cluster, flags.namespace || undefined, scope, options).catch(reconnect);
      if (result.only) {
        process.stderr.write(`note: you may not list pods in all namespaces; looked in ${result.only.join(', ')}\n`);
      }
      for (const { namespace, name } of result.deleted) {
        process.stdout.write(`pod "${name}" deleted from ${namespace} namespace\n`);
      }
      const none = result.deleted.length + result.failed.length + result.alive.length + result.changing.length === 0;
      if (none) process.stderr.write('No leftover pods found.\n');
      for (const run of result.alive) {
        process.stderr.write(
          `Pods of run ${run} were skipped: it may still be running. To delete them too: ${retype(`kubectl netprereq cleanup --run ${run}`)}\n`,
        );
      }
      for (const run of result.changing) {
        const kill = retype(`kubectl netprereq cleanup --run ${run} --force`);
        process.stderr.write(
          `Skipped a pod of run ${run}: it is changing its node, and ends by itself. To kill it in the middle of a step: ${kill}\n`,
        );
      }
      for (const { namespace, name, error } of result.failed) {
        process.stderr.write(`error: pod "${name}" in ${namespace} could not be deleted: ${error}\n`);
        process.exitCode = EXIT.findings;
      }
      if (result.stopped) throw retypeHints(result.stopped, retype);
    } finally {
      await cluster.close();
    }
  }
}

/** Names the runs that may still be at work, and their pods. */
async function questionAbout(living: readonly Pod[]): Promise<string> {
  const [{ runsOf }, names] = await Promise.all([import('../pods/leftovers.ts'), import('../report/names.ts')]);
  const pods = living.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort(names.compareNames);
  const [runs, podNames] = [runsOf(living), pods].map((list) => names.nameList(list, NAMED));
  return `These runs may still be running, here or elsewhere: ${runs}\nTheir pods: ${podNames}\nDelete them?`;
}
