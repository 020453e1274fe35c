// Loaded by a Node that is too old for the program: old syntax.
import { spawn } from 'child_process';
import { existsSync } from 'fs';
import { fileURLToPath } from 'url';

/**
 * Runs a script with the Node of this checkout's node_modules, and ends as it does. The published package has none.
 * @returns false: there is none
 */
export function run(script, argv) {
  var node = fileURLToPath(new URL('../node_modules/node/bin/node', script));
  if (!existsSync(node)) return false;
  var child = spawn(node, [fileURLToPath(script)].concat(argv), { stdio: 'inherit' });
  // At a terminal both get a Ctrl-C; the other one decides when to end.
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => {
      if (signal !== 'SIGINT') child.kill(signal);
    });
  });
  child.on('error', (error) => {
    console.error('error: ' + node + ': ' + error.message);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 128 + { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal];
  });
  return true;
}
