import type { Advice } from '../text/advice.ts';

/**
 * One thing to do about a node: what remedies and plans are made of. Data; render.ts says it in the terms of an operating system.
 */
export type Action =
  /** In the running kernel. */
  | { readonly do: 'load-module'; readonly module: string }
  | { readonly do: 'set-sysctl'; readonly key: string; readonly to: string }
  /** At each boot. */
  | { readonly do: 'keep-module'; readonly module: string }
  | { readonly do: 'keep-sysctl'; readonly key: string; readonly to: string }
  /** OpenRC: put a service into the runlevel boot. */
  | { readonly do: 'add-to-runlevel'; readonly service: string }
  | CommentOut
  | WriteFile
  /** Take a word off the kernel's command line. */
  | { readonly do: 'remove-word'; readonly word: string }
  | { readonly do: 'unmask-unit'; readonly unit: string }
  /** A unit of systemd is gone, and comes back with its package. */
  | { readonly do: 'restore-unit'; readonly unit: string }
  /** Install the package that has a module, for exactly the running kernel. */
  | { readonly do: 'install-module'; readonly module: string; readonly release: string | undefined }
  /** Install a kernel: an image has none yet. */
  | { readonly do: 'install-kernel' }
  /** The same on every system. */
  | Advice;

/** Comment out lines of somebody else's file. */
export interface CommentOut {
  readonly do: 'comment-out';
  readonly file: string;
  /** Where the file really is, when it is a link; undefined: that cannot be told. */
  readonly at: string | undefined;
  /** By number from 1; `hidesLines`: systemd sees several lines in it, so that a # before it is not enough. */
  readonly lines: readonly { readonly number: number; readonly hidesLines: boolean }[];
}

/** Write a file that is not there, or is ours: a drop-in of some program's configuration. */
export interface WriteFile {
  readonly do: 'write-file';
  readonly file: string;
  readonly lines: readonly string[];
}
