import type { Case } from './case.ts';
import { CLUSTER_FLAGS, CLUSTERS } from './cluster-cases.ts';
import { CONTEXTS, FILES } from './file-cases.ts';
import { PLUGINS } from './plug-in-cases.ts';
import { PODS } from './pod-cases.ts';
import { ENVIRONMENT } from './proxy-cases.ts';
import { USER_FLAGS, USERS } from './user-cases.ts';
import { YAML } from './yaml-cases.ts';

/** By what they are about. In each, kubectl's first request for /version and ours are the same, or both refuse. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  'which files': FILES,
  'what YAML says': YAML,
  contexts: CONTEXTS,
  clusters: CLUSTERS,
  'flags for the cluster': CLUSTER_FLAGS,
  users: USERS,
  'flags for the user': USER_FLAGS,
  'credential plug-ins': PLUGINS,
  'proxies of the environment': ENVIRONMENT,
};

/** The same within a pod, whose files only root can put where they belong. */
export const POD_CASES: Readonly<Record<string, readonly Case[]>> = { "a pod's account": PODS };
