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
  import('./environment.js')
    .then(function () {
      return import('../dist/main.mjs');
    })
    .then(function (main) {
      return main.run(['__complete'].concat(process.argv.slice(2)));
    })
    .catch(nothing);
}
