#!/usr/bin/env node
// Old syntax and no static import: an old Node must get as far as the message.
var version = process.versions.node.split('.').map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  console.error('error: kubectl netprereq needs Node 22.19 or newer, this is Node ' + process.versions.node);
  process.exitCode = 2;
} else if (process.argv.length === 3 && process.argv[2] === '--version') {
  // In oclif's words, without loading it.
  import('node:fs').then(function (fs) {
    var manifest = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    var platform = process.platform + '-' + process.arch + ' node-' + process.version;
    console.log(manifest.name + '/' + manifest.version + ' ' + platform);
  });
} else {
  Promise.all([import('node:module'), import('node:os'), import('node:path'), import('node:fs')])
    .then(function (modules) {
      try {
        modules[1].userInfo();
      } catch (_error) {
        // A pod may run as a user whom /etc/passwd does not know: then nobody can say where it lives, and oclif asks.
        process.env.HOME = process.env.HOME || '/';
        process.env.SHELL = process.env.SHELL || '/bin/sh';
      }
      // Compiled code is kept where kubectl keeps its caches: in a shared temporary directory another user could plant it.
      var cache = process.env.KUBECACHEDIR || modules[2].join(modules[1].homedir(), '.kube', 'cache');
      // With an empty HOME the path would be relative, to wherever the user stands; below /proc Node tries for ever to make one.
      var there =
        modules[2].isAbsolute(cache) && (process.env.KUBECACHEDIR || modules[3].existsSync(modules[1].homedir()));
      if (there) modules[0].enableCompileCache(modules[2].join(cache, 'netprereq'));
      return import('../dist/main.mjs');
    })
    .then(
      function (main) {
        return main.run(process.argv.slice(2));
      },
      function (error) {
        console.error('error: ' + (error.code === 'ERR_MODULE_NOT_FOUND' ? 'not built: npm run build' : error.stack));
        process.exitCode = 2;
      },
    );
}
