#!/usr/bin/env node
// Old syntax and no static import: an old Node must get as far as the message.
var version = process.versions.node.split('.').map(Number);
var argv = process.argv.slice(2);
var askFor = function (words) {
  return words.some(function (word) {
    return argv.indexOf(word) >= 0;
  });
};
var failed = function (error) {
  console.error('error: ' + (error.code === 'ERR_MODULE_NOT_FOUND' ? 'not built: npm run build' : error.stack));
  process.exitCode = 2;
};
var start = function () {
  import('./environment.js')
    .then(function () {
      return import('../dist/main.mjs');
    })
    .then(function (main) {
      return main.run(argv);
    }, failed);
};
if (version[0] < 22 || (version[0] === 22 && version[1] < 19)) {
  console.error('error: kubectl netprereq needs Node 22.19 or newer, this is Node ' + process.versions.node);
  process.exitCode = 2;
} else if (argv.length === 1 && askFor(['--version', 'version'])) {
  // In oclif's words, without loading it.
  import('node:fs').then(function (fs) {
    var manifest = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    var platform = process.platform + '-' + process.arch + ' node-' + process.version;
    console.log(manifest.name + '/' + manifest.version + ' ' + platform);
  });
} else if (argv.length === 0 || argv[0] === 'help' || askFor(['-h', '--help'])) {
  // Help is text that the build has made. What is no question for help after all, or for help with nothing that exists, goes on.
  import('../dist/help.mjs').then(function (help) {
    if (!help.answerHelp(argv)) start();
  }, failed);
} else {
  start();
}
