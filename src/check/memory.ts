import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** The limit of the space for new objects, in bytes. */
const NEW_SPACE = 16 * 1024 * 1024;
/** The space doubles while a page of nodes is read: often enough to notice before it doubles again. */
const LOOK_MS = 20;

/**
 * Keeps the heap small in a run over many nodes. By default, V8 lets the space for new objects grow to 128 MB under load, and
 * the space for old objects to several times its live content. With less space it collects more often. That costs little here,
 * because most new objects are soon unused.
 * @returns call it when the run is over
 */
export function boundHeap(): () => void {
  // V8 reads these two flags whenever a space would grow. It reads the limits of spaces only once, at the start of the process.
  setFlagsFromString('--heap-growing-percent=40');
  const clock = setInterval(() => {
    const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (space !== undefined && space.space_size < NEW_SPACE) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(clock);
  }, LOOK_MS);
  return () => clearInterval(clock);
}
