import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** In the environment of a Node process: it prints the address of every module that it loads to stderr, one per line. */
export const PRINT_LOADED = {
  NODE_OPTIONS: `--import ${dataUrl(`
    import { registerHooks } from 'node:module';
    import { writeSync } from 'node:fs';
    registerHooks({ load(url, context, next) { writeSync(2, 'loaded ' + url + '\\n'); return next(url, context); } });
  `)}`,
};

/** Whether what talks to a cluster is among the modules that such a process has loaded, by a name of undici's that bundling keeps. */
export const loadedKubernetesClient = (stderr: string): boolean => loaded(stderr, 'keepAliveTimeoutThreshold');

/** Whether the client of SOCKS proxies is. */
export const loadedSocks = (stderr: string): boolean => loaded(stderr, 'SOCKS_INCOMING_PACKET_SIZES');

/** Whether oclif is. */
export const loadedOclif = (stderr: string): boolean => loaded(stderr, 'topicSeparator');

function loaded(stderr: string, name: string): boolean {
  const files = [...stderr.matchAll(/^loaded (file:.+)$/gm)].map(([, url = '']) => fileURLToPath(url));
  if (files.length === 0) throw new Error(`nothing was loaded: ${stderr}`);
  return files.some((file) => readFileSync(file, 'utf8').includes(name));
}

function dataUrl(source: string): string {
  return `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
}
