#!/usr/bin/env node
// kubectl runs this as kubectl_complete-netprereq. Old syntax and no static import: an old Node must get as far as the newer one
// that npm ci installed, or the answer that there is nothing to offer.
var nothing = function () {
  console.log(':4');
};
var version = process.versions.node.split('.').map(Number);
var argv = process.argv.slice(2);
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  import('./newer-node.js').then(function (newer) {
    if (!newer.run(import.meta.url, argv)) nothing();
  }, nothing);
} else {
  import('./start.js')
    .then(function (program) {
      return program.start(['__complete'].concat(argv));
    })
    .catch(nothing);
}
