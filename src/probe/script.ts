import type { FactsRequest } from '../facts/request.ts';
import answer from './answer.sh';
import container from './container.sh';
import { shellVariable } from './embed.ts';
import files from './files.sh';
import filter from './filter.awk';
import interfaces from './interfaces.awk';
import kernel from './kernel.sh';
import layers from './layers.awk';
import network from './network.sh';
import newest from './newest.awk';
import probe from './probe.sh';
import record from './record.sh';
import { requestLines } from './request-lines.ts';
import resolve from './resolve.sh';
import services from './services.sh';
import sysctls from './sysctls.sh';
import units from './units.sh';
import values from './values.awk';

const PARTS = [record, sysctls, network, kernel, container, services, files, units, answer];
const PROGRAMS = { values, interfaces, newest, layers, filter };

const variables = Object.entries(PROGRAMS).map(([name, program]) => shellVariable(name, program));
const program = [resolve, ...PARTS, ...variables, probe].join('\n');

/** The script that reads of a node what is asked, with its comments. Throws for what cannot be asked. */
export function probeScript(request: FactsRequest): string {
  return requestLines(request) + program;
}
