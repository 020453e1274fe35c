import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Debian keeps pivot_root and nft where an ordinary user's PATH does not lead.
process.env.PATH = [process.env.PATH, '/usr/sbin', '/sbin'].join(':');

/** The counterpart of esbuild's text loader: a shell script, or a program of awk, is imported as its text. */
const shellAsText = {
  name: 'shell-as-text',
  enforce: 'pre' as const,
  load(id: string) {
    if (/\.(sh|awk)$/.test(id)) return `export default ${JSON.stringify(readFileSync(id, 'utf8'))}`;
    return undefined;
  },
};

/** The command with rules of the tests' own (test/support/rules.ts): a rule that is added changes nothing of what they see. */
const TEST_BUNDLE = { NETPREREQ_BUNDLE: 'build/tests' };

/** Vitest leaves a core to itself, which of two is half of them. */
const CORES = availableParallelism();

// The fast suites come first; the process tests need the bundle (npm test builds it), the end-to-end tests a cluster.
export default defineConfig({
  plugins: [shellAsText],
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        test: {
          name: 'unit',
          // All but what another project runs: a folder that nobody names would not run at all.
          include: ['test/**/*.test.ts'],
          exclude: ['test/{boot,host,process,package,dist,e2e,e2e-vm}/**'],
          maxWorkers: CORES,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'boot',
          include: ['test/boot/**/*.test.ts'],
          testTimeout: 60_000,
          maxWorkers: CORES,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'host',
          include: ['test/host/**/*.test.ts'],
          testTimeout: 60_000,
          maxWorkers: CORES,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'process',
          env: TEST_BUNDLE,
          include: ['test/process/**/*.test.ts', 'test/package/**/*.test.ts'],
          testTimeout: 60_000,
          // They mostly wait: for pods, for time limits, for one another.
          maxWorkers: 2 * CORES,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'dist',
          include: ['test/dist/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'e2e',
          env: TEST_BUNDLE,
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: 'e2e-vm',
          env: TEST_BUNDLE,
          include: ['test/e2e-vm/**/*.test.ts'],
          fileParallelism: false,
          // One hook reboots an emulated machine, and waits for two pods on it.
          hookTimeout: 1_200_000,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
