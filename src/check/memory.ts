import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** What new objects may take, in bytes. */
const NEW_SPACE = 16 * 1024 * 1024;
/** The space doubles while a page of nodes is read: it is to be seen before it has doubled twice. */
const LOOK_MS = 20;

/**
 * Keeps the heap small in a run that makes much for many nodes. By itself V8 lets the space for new objects grow to 128 MB while there is much
 * to do, and the one for old objects to several times of what lives in it. With less it collects more often, which takes little time here, where
 * most of what is new is soon of no use.
 * @returns what is to be called when the run is over
 */
export function boundHeap(): () => void {
  // Both are read each time that a space would grow, other than its limits, which are read once, when the process starts.
  setFlagsFromString('--heap-growing-percent=40');
  const clock = setInterval(() => {
    const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (space !== undefined && space.space_size < NEW_SPACE) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(clock);
  }, LOOK_MS);
  return () => clearInterval(clock);
}
