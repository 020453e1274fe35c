import type { Step } from '../../src/plan/plan.ts';

/** Steps as a planner makes them. */
export const step = {
  keepModule: (module: string, before: 'absent' | 'present' = 'absent'): Step => ({
    do: 'keep-module',
    module,
    before,
    why: '',
  }),
  keep: (key: string, after: string, before = 'absent'): Step => ({ do: 'keep-sysctl', key, after, before, why: '' }),
  load: (module: string): Step => ({ do: 'load-module', module, before: 'absent', why: '' }),
  set: (key: string, after: string, before: string): Step => ({ do: 'set-sysctl', key, after, before, why: '' }),
};
