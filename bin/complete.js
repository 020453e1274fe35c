#!/usr/bin/env node
// kubectl runs this as kubectl_complete-netprereq. Old syntax and no static import: an old Node must get as far as the answer
// that there is nothing to offer.
var nothing = function () {
  console.log(':4');
};
var version = process.versions.node.split('.').map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  nothing();
} else {
  Promise.all([import('node:module'), import('node:os'), import('node:path'), import('node:fs')])
    .then(function (modules) {
      try {
        modules[1].userInfo();
      } catch (_error) {
        process.env.HOME = process.env.HOME || '/';
        process.env.SHELL = process.env.SHELL || '/bin/sh';
      }
      var cache = process.env.KUBECACHEDIR || modules[2].join(modules[1].homedir(), '.kube', 'cache');
      // With an empty HOME the path would be relative, to wherever the user stands; below /proc Node tries for ever to make one.
      var there =
        modules[2].isAbsolute(cache) && (process.env.KUBECACHEDIR || modules[3].existsSync(modules[1].homedir()));
      if (there) modules[0].enableCompileCache(modules[2].join(cache, 'netprereq'));
      return import('../dist/main.mjs');
    })
    .then(function (main) {
      return main.run(['__complete'].concat(process.argv.slice(2)));
    })
    .catch(nothing);
}
