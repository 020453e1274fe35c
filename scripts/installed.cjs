// Before anything that needs what npm ci installs, in old syntax for an old Node: says in one line that it is missing.
var fs = require('node:fs');
var path = require('node:path');
if (!fs.existsSync(path.join(__dirname, '..', 'node_modules', 'esbuild'))) {
  console.error('error: nothing is installed yet: npm ci');
  process.exit(2);
}
