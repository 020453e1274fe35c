import type { FactsRequest } from '../facts/request.ts';
import answer from './answer.sh';
import connected from './connected.awk';
import { shellVariable } from './embed.ts';
import envelope from './envelope.sh';
import files from './files.sh';
import filter from './filter.awk';
import firewall from './firewall.sh';
import journal from './journal.awk';
import kernel from './kernel.sh';
import layers from './layers.awk';
import namedPaths from './named-paths.awk';
import network from './network.sh';
import owned from './owned.sh';
import place from './place.sh';
import podNetwork from './pod-network.sh';
import probe from './probe.sh';
import programs from './programs.sh';
import readings from './readings.awk';
import record from './record.sh';
import { requestLines } from './request-lines.ts';
import resolve from './resolve.sh';
import services from './services.sh';
import sysctls from './sysctls.sh';
import traced from './traced.awk';
import units from './units.sh';
import words from './words.sh';

const READERS = [record, sysctls, network, podNetwork, kernel, place, services, programs, firewall, files, units];
const PARTS = [...READERS, envelope, answer];
const PROGRAMS = { readings, connected, layers, named_paths: namedPaths, traced, filter };

const variables = Object.entries(PROGRAMS).map(([name, program]) => shellVariable(name, program));
const program = [resolve, ...PARTS, ...variables, probe].join('\n');
// What only fix and undo ask is no part of what check sends.
const programOfChanges = [resolve, words, ...PARTS, ...variables, shellVariable('journal', journal), owned, probe].join(
  '\n',
);

/** The script that reads of a node what is asked, with its comments. Throws for what cannot be asked. */
export function probeScript(request: FactsRequest): string {
  return requestLines(request) + (request.owned ? programOfChanges : program);
}
