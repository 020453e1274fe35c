import { chmodSync, cpSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { PAGES } from '../src/cli/help/pages.ts';
import { writeIndexes } from './docs/indexes.ts';

/**
 * Node's own modules are required, not imported: an import reads every export, and among those of node:http is a getter that
 * loads Node's whole built-in fetch, 60 ms that nothing here needs.
 */
const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup(build) {
    const names = builtinModules.map((name) => name.replaceAll('/', '\\/')).join('|');
    build.onResolve({ filter: new RegExp(`^(node:.+|${names})$`) }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : { path, external: true },
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
      loader: 'js',
    }));
  },
};

/**
 * Leaves out what the program never runs but would load at each start, half of the bundle: of undici its fetch, WebSockets, caches and
 * mocks; of the Kubernetes client the generated API, of which its KubeConfig imports all for makeApiClient alone.
 */
const slimClients: Plugin = {
  name: 'slim-clients',
  setup(build) {
    const undici = `
      import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
      import api from 'undici/lib/api/index.js';
      Object.assign(Dispatcher.prototype, api);
      export { default as Agent } from 'undici/lib/dispatcher/agent.js';
      export { default as Pool } from 'undici/lib/dispatcher/pool.js';
      export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
      export { default as Socks5ProxyAgent } from 'undici/lib/dispatcher/socks5-proxy-agent.js';
      export { default as buildConnector } from 'undici/lib/core/connect.js';`;
    const generated =
      'export class ServerConfiguration {}\nexport function createConfiguration() { throw new Error(); }';
    build.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'slim' }));
    build.onResolve({ filter: /^\.\/gen\/index\.js$/ }, () => ({ path: 'generated', namespace: 'slim' }));
    build.onLoad({ filter: /.*/, namespace: 'slim' }, ({ path }) => ({
      contents: path === 'undici' ? undici : generated,
      resolveDir: 'node_modules',
    }));
  },
};

/**
 * Leaves out of oclif what its index loads and this program never uses: finding plug-ins in directories, spinners, its debug log. They are
 * half of the time that oclif takes to load.
 */
const slimOclif: Plugin = {
  name: 'slim-oclif',
  setup(build) {
    const index = `
      export { Command } from '@oclif/core/command';
      export { Config } from '@oclif/core/config';
      export * as Errors from '@oclif/core/errors';
      export * as Flags from '@oclif/core/flags';
      export { run } from '@oclif/core/run';`;
    const contents: Record<string, string> = {
      '@oclif/core': index,
      debug: 'module.exports = () => Object.assign(() => {}, { enabled: false })',
      // Where stderr is a terminal, oclif makes a spinner as soon as it is loaded.
      'cli-spinners': 'exports.dots2 = exports.line = { frames: [] }',
    };
    const names = /^(@oclif\/core|debug|minimatch|tinyglobby|lilconfig|cli-spinners)$/;
    build.onResolve({ filter: names }, ({ path }) => ({ path, namespace: 'slim-oclif' }));
    build.onLoad({ filter: /.*/, namespace: 'slim-oclif' }, ({ path }) => ({
      contents: contents[path] ?? 'module.exports = {}',
      resolveDir: 'node_modules',
    }));
  },
};

/** Help texts as they come out of the definitions of commands and flags, which need not be loaded then. */
const helpPages: Plugin = {
  name: 'help-pages',
  setup(build) {
    build.onLoad({ filter: /\/cli\/help\/pages\.ts$/ }, () => ({
      contents: `export const PAGES = JSON.parse(${JSON.stringify(JSON.stringify(PAGES))})`,
      loader: 'js',
    }));
  },
};

/** The rules of the process tests stand in for those of the program: no new one changes what those tests see. */
const testRules: Plugin = {
  name: 'test-rules',
  setup(build) {
    build.onResolve({ filter: /\/rules\/index\.ts$/ }, () => ({ path: resolve('test/support/rules.ts') }));
  },
};

writeIndexes();
const forTests = process.argv.includes('--for-tests');
const folder = forTests ? 'build/tests' : '.';
// One self-contained bundle: the published package has no dependencies. Split, so that what needs no
// cluster does not load the Kubernetes client. oclif and undici are CommonJS and want require().
rmSync(`${folder}/dist`, { recursive: true, force: true });
await build({
  entryPoints: { main: 'src/main.ts', help: 'src/cli/help/answer.ts' },
  outdir: `${folder}/dist`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  minify: true,
  legalComments: 'linked',
  loader: { '.sh': 'text', '.awk': 'text' },
  plugins: [requireBuiltins, slimClients, slimOclif, helpPages, ...(forTests ? [testRules] : [])],
  outExtension: { '.js': '.mjs' },
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
if (forTests) for (const part of ['bin', 'package.json']) cpSync(part, `${folder}/${part}`, { recursive: true });
for (const program of ['bin/run.js', 'bin/complete.js']) chmodSync(`${folder}/${program}`, 0o755);
