import { type Distribution, label } from './distribution.ts';

export const openshift = { id: 'openshift', is: label('node.openshift.io/os_id') } as const satisfies Distribution;
