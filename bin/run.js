#!/usr/bin/env node
// Old syntax and no static import: an old Node must get as far as the newer one that npm ci installed, or the message.
var version = process.versions.node.split('.').map(Number);
var argv = process.argv.slice(2);
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  import('./newer-node.js').then(function (newer) {
    if (newer.run(import.meta.url, argv)) return;
    console.error(
      'error: kubectl netprereq needs Node 22.19 or newer, this is ' +
        process.versions.node +
        ': install a newer Node, or install with krew, which needs none',
    );
    process.exitCode = 2;
  });
} else {
  import('./start.js')
    .then(function (program) {
      return program.start(argv);
    })
    .catch(function (error) {
      console.error('error: ' + (error.code === 'ERR_MODULE_NOT_FOUND' ? 'not built: npm run build' : error.stack));
      process.exitCode = 2;
    });
}
