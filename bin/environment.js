// Prepares the process before anything of the program is loaded.
import { existsSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

try {
  userInfo();
} catch {
  // A pod may run as a user whom /etc/passwd does not know: then nobody can say where it lives, and oclif asks.
  process.env.HOME ||= '/';
  process.env.SHELL ||= '/bin/sh';
}

// Compiled code is kept where kubectl keeps its caches: in a shared temporary directory another user could plant it. With an empty HOME
// the path would be relative, to wherever the user stands.
const { KUBECACHEDIR } = process.env;
const cache = KUBECACHEDIR || join(homedir(), '.kube', 'cache');
if (isAbsolute(cache) && (KUBECACHEDIR || existsSync(homedir()))) {
  const directory = join(cache, 'netprereq');
  if (made(directory)) enableCompileCache(directory);
}

/**
 * Makes the directory, as kubectl would. Node's own way of doing that tries for ever below /proc, which refuses a new directory with the
 * word that a missing parent has; here each is tried once, and the first that fails is the end of it.
 */
function made(directory) {
  const missing = [];
  for (let path = directory; !existsSync(path) && path !== dirname(path); path = dirname(path)) missing.unshift(path);
  try {
    for (const path of missing) mkdirSync(path, { mode: 0o750 });
    return true;
  } catch (error) {
    // Another run was faster: the next one has a cache.
    return error.code === 'EEXIST' && existsSync(directory);
  }
}
