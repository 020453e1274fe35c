import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/report/report.ts';
import { randomFrom } from '../boot/generator/random.ts';
import { flannelCluster } from '../support/clusters.ts';
import { ended, netprereq, startNetprereq } from '../support/command.ts';
import { recordedAnswer } from '../support/recorded-answers.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';

// NETPREREQ_SIGNALS=100 tries so many moments of each kind.
const count = Number(process.env.NETPREREQ_SIGNALS ?? 6);
const seeds = Array.from({ length: count }, (_, index) => index + 1);
const EXIT = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A check of nodes that answer at once, late and never, and a moment of it. */
async function atSomeMoment(seed: number, strike: (run: Running) => Promise<void>) {
  const random = randomFrom(seed);
  const healthy = recordedAnswer('healthy');
  const late = () => sleep(random.below(1500)).then(() => healthy);
  const nodes = [
    { name: 'node-1', recorded: healthy },
    { name: 'node-2', recorded: late },
    { name: 'node-3', behaviour: 'hangs' as const, recorded: '' },
  ];
  const standIn = await startStandIn({ ...flannelCluster(), nodes });
  const env = { KUBECONFIG: standIn.kubeconfig };
  try {
    const child = startNetprereq(['check', '-o', 'json', '--timeout', '3s'], env);
    const end = ended(child);
    while (standIn.requests.length === 0 && child.exitCode === null) await sleep(5);
    await sleep(random.below(1200));
    await strike({ standIn, env, kill: (signal) => void child.kill(signal), end, random });
  } finally {
    await standIn.stop();
  }
}

interface Running {
  standIn: StandIn;
  env: Record<string, string>;
  kill(signal: NodeJS.Signals): void;
  end: ReturnType<typeof ended>;
  random: ReturnType<typeof randomFrom>;
}

const left = ({ standIn }: Running) => standIn.pods().map(({ metadata }) => metadata.name);

describe.concurrent('a check that is ended at a random moment', () => {
  test.for(seeds)('by a signal leaves no pod, and its report says so (seed %i)', async (seed) => {
    await atSomeMoment(seed, async (run) => {
      const signal = run.random.pick(['SIGINT', 'SIGTERM', 'SIGHUP'] as const);
      run.kill(signal);
      const { code, stdout, stderr } = await run.end;
      expect([code, left(run)]).toEqual([EXIT[signal], []]);
      // Before the first pod there is nothing to report.
      if (stdout === '') return expect(stderr).toMatch(/^(?!.*\n\s+at )/s);
      const report: CheckReport = JSON.parse(stdout);
      expect([report.run.interrupted, report.nodes.length, report.leftovers]).toEqual([true, 3, []]);
    });
  });

  test.for(seeds)(
    'by a second Ctrl-C leaves no pod that the command it names does not delete (seed %i)',
    async (seed) => {
      await atSomeMoment(1000 + seed, async (run) => {
        run.kill('SIGINT');
        await sleep(run.random.below(60));
        run.kill('SIGINT');
        const { code, signal, stderr } = await run.end;
        // When all pods are deleted, and only the report is left to print, nothing keeps a signal from ending the process.
        expect(code ?? signal).toBeOneOf([130, 'SIGINT']);
        if (left(run).length === 0) return;
        const [, id = ''] = /kubectl netprereq cleanup --run (\w+)/.exec(stderr) ?? [];
        await netprereq(['cleanup', '--run', id], run.env);
        expect(left(run)).toEqual([]);
      });
    },
  );

  test.for(seeds)('by SIGKILL leaves no pod that cleanup does not delete (seed %i)', async (seed) => {
    await atSomeMoment(2000 + seed, async (run) => {
      run.kill('SIGKILL');
      await run.end;
      const { code } = await netprereq(['cleanup', '--all-runs', '--yes'], run.env);
      expect([code, left(run)]).toEqual([0, []]);
    });
  });
});
