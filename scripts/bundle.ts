import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { PAGES } from '../src/cli/help/pages.ts';

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

/** Of package.json only what the program says of itself: the rest would change the bundle with every tool that is updated. */
const ownManifest: Plugin = {
  name: 'own-manifest',
  setup(build) {
    build.onLoad({ filter: /package\.json$/ }, ({ path }) => {
      if (path !== resolve('package.json')) return undefined;
      const { name, version, description } = manifest;
      return { contents: JSON.stringify({ name, version, description }), loader: 'json' };
    });
  },
};

/** The rules of the process tests stand in for those of the program: no new one changes what those tests see. */
const testRules: Plugin = {
  name: 'test-rules',
  setup(build) {
    build.onResolve({ filter: /\/rules\/index\.ts$/ }, () => ({ path: resolve('test/support/rules.ts') }));
  },
};

const ENTRIES: Record<string, string> = { main: 'src/main.ts', help: 'src/cli/help/answer.ts' };

const plugins = [requireBuiltins, slimClients, slimOclif, helpPages, ownManifest];

/** What every bundle of the program has in common: nothing of it is loaded from node_modules. */
const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node22.19',
  minify: true,
  loader: { '.sh': 'text', '.awk': 'text' },
  // Licences are a file of their own.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/**
 * The npm package's modules. They are split, so that what needs no cluster does not load the Kubernetes client. oclif and undici are
 * CommonJS and want require().
 * @param forTests with the rules of the process tests in place of the program's own
 */
export function modules(outdir: string, forTests: boolean): BuildOptions {
  return {
    ...common,
    entryPoints: ENTRIES,
    outdir,
    splitting: true,
    format: 'esm',
    plugins: [...plugins, ...(forTests ? [testRules] : [])],
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  };
}

/** In an archive the program's first steps load the rest from the files beside them; a single executable has no files. */
const parts = (single: boolean): Plugin => ({
  name: 'parts',
  setup(build) {
    build.onResolve({ filter: /^\.\.\/dist\/(help|main)\.mjs$/ }, ({ path }) => {
      const [, part = ''] = /(help|main)\.mjs$/.exec(path) ?? [];
      return single ? { path: resolve(ENTRIES[part] ?? '') } : { path: `./${part}.cjs`, external: true };
    });
  },
});

/**
 * The program of the archives.
 * @param single all of it in `netprereq.cjs`; else also in `help.cjs` and `main.cjs`, which are loaded when they are needed
 */
export function program(outdir: string, single: boolean): BuildOptions {
  return {
    ...common,
    entryPoints: { netprereq: 'scripts/dist/entry.js', ...(single ? {} : ENTRIES) },
    outdir,
    format: 'cjs',
    plugins: [...plugins, parts(single)],
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.dirname': '__dirname' },
    // import() would start Node's loader of ES modules.
    supported: { 'dynamic-import': false },
  };
}
