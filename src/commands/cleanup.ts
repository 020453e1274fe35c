import { Command, Flags } from '@oclif/core';
import { commandCompleter, retypeHints } from '../cli/command-completer.ts';
import { connectionOptions } from '../cli/connection.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { kubectlFlags } from '../cli/flags.ts';
import { UsageError } from '../errors.ts';

export class Cleanup extends Command {
  static override summary = 'Delete pods that killed runs left behind';
  static override description =
    'Every check deletes its own pods, also when it is interrupted; only one that was killed outright leaves some. ' +
    'Without --run or --all-runs, only pods that have ended or are past their own deadline are deleted: the others belong to a run that may still be at work. ' +
    'A pod of fix or undo that is changing its node at this moment is left alone even then: it ends by itself, and --force kills it in the middle of a step.\n\n' +
    'Exit codes: 0 nothing is left that was to be deleted; 1 a pod could not be deleted; 2 wrong usage, or no look was possible.';
  static override examples = [
    '<%= config.bin %> cleanup',
    '<%= config.bin %> cleanup --run 7f3k2q',
    '<%= config.bin %> cleanup --all-runs -n kube-system',
  ];
  static override usage = 'cleanup [--run ID | --all-runs] [-n NAMESPACE]';
  static override strict = false;
  static override flags = {
    run: Flags.string({ description: 'delete the pods of this run, even if it is still at work', helpValue: '<id>' }),
    force: Flags.boolean({
      description: 'with --run or --all-runs: also pods that are changing their node at this moment',
    }),
    'all-runs': Flags.boolean({ description: 'delete the pods of every run, even if it is still at work' }),
    ...kubectlFlags,
    namespace: Flags.string({
      char: 'n',
      description:
        'look only in this namespace (default: in all of them, or where checks put pods if not all may be listed)',
      helpValue: '<name>',
      helpGroup: 'kubectl',
    }),
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Cleanup);
    if (argv.length > 0) throw new UsageError(`unexpected argument "${argv[0]}": cleanup takes no names`);
    if (flags.run && flags['all-runs']) throw new UsageError('--run and --all-runs cannot be used together');
    if (flags.force && !flags.run && !flags['all-runs']) throw new UsageError('--force needs --run or --all-runs');
    const [{ connect }, { cleanUp }] = await Promise.all([import('../kube/client.ts'), import('../cleanup.ts')]);
    const retype = commandCompleter(flags);
    const reconnect = (error: unknown) => {
      throw retypeHints(error, retype);
    };
    const cluster = await connect(connectionOptions(flags)).catch(reconnect);
    try {
      const { run, force: changing } = flags;
      const scope = run ? { run, changing } : flags['all-runs'] ? { changing } : 'dead';
      const result = await cleanUp(cluster, flags.namespace || undefined, scope).catch(reconnect);
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
          `Pods of run ${run} were left alone: it may be at work. ${retype(`To delete them too: kubectl netprereq cleanup --run ${run}`)}\n`,
        );
      }
      for (const run of result.changing) {
        const kill = retype(`To kill it in the middle of a step: kubectl netprereq cleanup --run ${run} --force`);
        process.stderr.write(
          `A pod of run ${run} is changing its node, and ends by itself: it was left alone. ${kill}\n`,
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
