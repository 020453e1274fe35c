import { type Effect, type Effects, effectOf } from './faults.ts';

/** What goes out in place of one event of a watch. */
export interface Sent {
  lines: string;
  /** The watch breaks after it, as the fault `drop-watch` says. */
  breaks: boolean;
}

/** Applies the faults of one watch to its events, in their order: `disorder`, and `drop-watch` by a number of events. */
export function watchFaults(effects: Effects): {
  drop: Effect<'drop-watch'> | undefined;
  pass(line: string): Sent;
} {
  const drop = effectOf(effects, 'drop-watch');
  const disorder = effectOf(effects, 'disorder');
  let sent = 0;
  let held = '';
  const ordered = (line: string) => {
    const before = held;
    held = '';
    if (disorder === undefined || sent % disorder.every !== 0) return line + before;
    if (disorder.how === 'late') held = line;
    return before + (disorder.how === 'twice' ? line + line : '');
  };
  return {
    drop,
    pass(line) {
      sent += 1;
      const breaks = drop?.events !== undefined && sent >= drop.events;
      return { lines: breaks && drop.how === 'torn' ? line.slice(0, line.length / 2) : ordered(line), breaks };
    },
  };
}
