import { type Cni, named } from './cni.ts';

export const awsVpc = {
  id: 'aws-vpc',
  attachment: 'direct',
  agent: named('aws-node'),
  plugins: ['aws-cni'],
} as const satisfies Cni;
