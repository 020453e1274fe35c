import { type Cni, named } from './cni.ts';

/** A bridge or not, by its mode. */
export const azure = { id: 'azure', attachment: 'unknown', agent: named('azure-cns') } as const satisfies Cni;
