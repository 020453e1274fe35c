import { Command, Flags } from '@oclif/core';
import { commandCompleter, retypeHints } from '../cli/command-completer.ts';
import { connectionOptions } from '../cli/connection.ts';
import { kubectlFlags } from '../cli/flags.ts';
import { UsageError } from '../errors.ts';

/** The range of Kubernetes 1 minor versions in which this program should work. docs/compatibility.md says what was tried. */
const EXPECTED = { from: 24, to: 37 };

export class Version extends Command {
  static override summary = 'Show the versions of this program and of the API server';
  static override description =
    'Warns about a server that is older or newer than this program supports. If the server cannot be asked, prints only its own version, and exits 2.';
  static override examples = [
    { command: '<%= config.bin %> version', description: 'both versions' },
    { command: '<%= config.bin %> version --client', description: 'without a cluster' },
  ];
  static override usage = 'version [--client] [-o json|yaml]';
  static override strict = false;
  static override flags = {
    client: Flags.boolean({ summary: 'Only the version of this program; asks no cluster' }),
    output: Flags.option({ options: ['json', 'yaml'] as const })({
      char: 'o',
      summary: 'json, yaml',
      helpValue: 'FORMAT',
    }),
    ...kubectlFlags,
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Version);
    if (argv.length > 0) throw new UsageError(`unexpected argument "${argv[0]}": version takes none`);
    const clientVersion = {
      gitVersion: `v${this.config.version}`,
      platform: `${process.platform}-${process.arch}`,
      nodeVersion: process.version,
    };
    let gitVersion: string | undefined;
    try {
      if (!flags.client) gitVersion = await askServer(flags);
    } finally {
      const versions = { clientVersion, ...(gitVersion !== undefined && { serverVersion: { gitVersion } }) };
      process.stdout.write(await render(versions, flags.output));
    }
    const warning = gitVersion === undefined ? undefined : skewWarning(gitVersion);
    if (warning !== undefined) process.stderr.write(`warning: ${warning}\n`);
  }
}

async function askServer(flags: Parameters<typeof connectionOptions>[0]): Promise<string> {
  const { connect } = await import('../kube/client.ts');
  const failed = (error: unknown) => {
    throw retypeHints(error, commandCompleter(flags));
  };
  const cluster = await connect(connectionOptions(flags)).catch(failed);
  try {
    return await cluster.version().catch(failed);
  } finally {
    await cluster.close();
  }
}

/** The warning for a server outside that range. */
function skewWarning(gitVersion: string): string | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(gitVersion)?.map(Number) ?? [];
  if (minor === undefined || (major === 1 && minor >= EXPECTED.from && minor <= EXPECTED.to)) return undefined;
  return `expected to work with Kubernetes 1.${EXPECTED.from} to 1.${EXPECTED.to}; this server is ${major}.${minor}`;
}

interface Versions {
  clientVersion: { gitVersion: string; platform: string; nodeVersion: string };
  serverVersion?: { gitVersion: string };
}

async function render(versions: Versions, format: 'json' | 'yaml' | undefined): Promise<string> {
  if (format === 'json') return (await import('../report/json.ts')).renderJson(versions);
  if (format === 'yaml') return (await import('../report/yaml.ts')).renderYaml(versions);
  const { clientVersion: client, serverVersion: server } = versions;
  const { printable } = await import('../report/text.ts');
  return [
    `Client Version: ${client.gitVersion}`,
    `Node.js Version: ${client.nodeVersion} (${client.platform})`,
    ...(server === undefined ? [] : [`Server Version: ${printable(server.gitVersion, 64)}`]),
    '',
  ].join('\n');
}
