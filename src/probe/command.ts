import type { FactsRequest } from '../facts/request.ts';
import { remembered } from '../text/remembered.ts';
import { ANSWER, pack, stripScript, unpacked } from './embed.ts';
import { probeScript } from './script.ts';

/** Where a pod without privilege has the node's root directory. */
export const HOST_ROOT = '/host';

const UNPACK = unpacked('base64 gunzip', 'probe');

// Runs it in the network namespace of process 1. Without nsenter the reader's own namespace does where it is the node's already
// (hostNetwork). A parent process 0 outside of this process's view means that process 1 is the container's own, not the node's.
const ENTER_AND_RUN = [
  'set -- "$s" "$2" "$3" "$4" netprereq "$PPID"',
  '{ e=$(nsenter -t 1 -n sh -c "$1" "$5" "$3" "$4" "$2" "$6" 2>&1 >&3 3>&-)&&exit 0;} 3>&1',
  'n=$(readlink /proc/1/ns/net)',
  '[ "$n" ]&&[ "$n" = "$(readlink /proc/self/ns/net)" ]||f "cannot enter the node\'s network namespace: $e" "$2"',
  'exec sh -c "$1" "$5" "$3" "$4" "$2" "$6"',
];

// There is nothing to enter: the script compares its own network namespace with that of the node's process 1.
const RUN = ['exec sh -c "$s" netprereq "$3" "$4" "$2"'];

const WAYS = {
  pod: { bootstrap: [...UNPACK, ...ENTER_AND_RUN].join('\n'), root: '/proc/1/root' },
  host: { bootstrap: [...UNPACK, ...RUN].join('\n'), root: HOST_ROOT },
} as const;

/** All pods of a run have the same. */
const packedScript = remembered((request: FactsRequest) => pack(stripScript(probeScript(request))));

/**
 * The command of the probe's container: it reads what was asked of the node through process 1 ('pod', needs hostPID and privilege) or
 * through its root directory mounted at HOST_ROOT ('host'), and leaves its answer, for openEnvelope, in the termination message. The
 * same bytes on every call and every platform: the pod that comes back from the API server is compared with the one that was sent.
 */
export function probeCommand(way: keyof typeof WAYS, request: FactsRequest): string[] {
  const { bootstrap, root } = WAYS[way];
  return ['sh', '-c', bootstrap, 'netprereq', packedScript(request), ANSWER, way, root];
}
