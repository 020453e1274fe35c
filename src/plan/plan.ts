import type { Advice } from '../text/advice.ts';

/**
 * One change of a node. The steps of a plan are applied in their order: files first, so that a node that goes down half-way comes
 * back repaired, then modules, then the values that exist only once their module is loaded.
 */
export type Step = { readonly why: string } & (
  | {
      readonly do: 'keep-module';
      /** A line of our own file in modules-load.d: the module is loaded at each boot. */
      readonly module: string;
      readonly before: 'absent' | 'present';
    }
  | {
      readonly do: 'keep-sysctl';
      /** A line of our own file in sysctl.d, in sysctl(8)'s dotted spelling; a slash in it stands for a dot in an interface's name. */
      readonly key: string;
      readonly after: string;
      /** What our own file says now. */
      readonly before: string | 'absent';
    }
  | {
      readonly do: 'write-file';
      /** A file that is ours as a whole: a drop-in of a rule. */
      readonly path: string;
      readonly content: string;
      readonly before: 'absent' | 'present';
    }
  | { readonly do: 'load-module'; readonly module: string; readonly before: 'absent' }
  | {
      readonly do: 'set-sysctl';
      readonly key: string;
      readonly after: string;
      /** The value in the node's network namespace when the plan was made: another one makes the plan stale. 'absent': the key comes with its module. */
      readonly before: string | 'absent';
    }
);

/** Something that no step can repair, and what a person has to do. */
export interface Manual {
  /** Its id. */
  readonly rule: string;
  readonly message: string;
  readonly remedy: readonly Advice[];
}

/** What fix will do on one node, worked out from what that node told. */
export interface Plan {
  readonly node: string;
  /** boot id of the node when it was looked at: after a reboot the plan is void. */
  readonly bootId: string;
  readonly steps: readonly Step[];
  /** What the node looks at before the first step. forward: that no policy of FORWARD drops what it is sent. */
  readonly guards?: readonly 'forward'[];
  readonly manual: readonly Manual[];
}

/** Why nothing may be planned for a node, and what would allow it. */
export interface Refusal {
  readonly node: string;
  readonly reason: string;
  readonly remedy: readonly Advice[];
}
