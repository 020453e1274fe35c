// Prepares the process before anything of the program is loaded.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

try {
  userInfo();
} catch {
  // A pod may run as a user whom /etc/passwd does not know: then nobody can say where it lives, and oclif asks.
  process.env.HOME ||= '/';
  process.env.SHELL ||= '/bin/sh';
}

// Compiled code is kept where kubectl keeps its caches: in a shared temporary directory another user could plant it. With an empty HOME
// the path would be relative, to wherever the user stands; below /proc Node tries for ever to make one.
const { KUBECACHEDIR } = process.env;
const cache = KUBECACHEDIR || join(homedir(), '.kube', 'cache');
if (isAbsolute(cache) && (KUBECACHEDIR || existsSync(homedir()))) enableCompileCache(join(cache, 'netprereq'));
