import { start } from '../../bin/start.js';

start(process.argv.slice(2)).catch((error) => {
  console.error(`error: ${error.stack}`);
  process.exitCode = 2;
});
