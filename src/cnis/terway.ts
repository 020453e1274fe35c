import type { Cni } from './cni.ts';

/** Alibaba Cloud's. */
export const terway = {
  id: 'terway',
  attachment: 'direct',
  agent: ({ name }) => /^terway(-eniip|-eni|-vpc)?$/.test(name),
  plugins: ['terway'],
} as const satisfies Cni;
