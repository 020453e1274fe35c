import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

// One self-contained bundle: the published package has no dependencies. Split, so that --version and --help
// do not load the Kubernetes client. oclif and undici are CommonJS and want require().
rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  minify: true,
  keepNames: true,
  legalComments: 'linked',
  loader: { '.sh': 'text' },
  outExtension: { '.js': '.mjs' },
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
chmodSync('bin/run.js', 0o755);
