import { type Cni, named } from './cni.ts';

export const antrea = {
  id: 'antrea',
  attachment: 'ovs',
  agent: named('antrea-agent'),
  plugins: ['antrea'],
} as const satisfies Cni;
