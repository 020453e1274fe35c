import type { Container, Pod, PodSpec } from './objects.ts';

/** A pod as a client sends it: privileged, in the node's namespaces, running one command to its end. */
export function pod(
  name: string,
  node: string,
  {
    container = {},
    labels = {},
    ...spec
  }: Partial<PodSpec> & { container?: Partial<Container>; labels?: Record<string, string> } = {},
): Omit<Pod, 'status'> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: {
      nodeName: node,
      hostPID: true,
      hostNetwork: true,
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'probe',
          image: 'busybox:1.37.0',
          command: ['sh', '-c', 'true'],
          securityContext: { privileged: true },
          ...container,
        },
      ],
      ...spec,
    },
  };
}
