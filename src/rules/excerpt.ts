// The boot's simulation names files and lines as the rules do, and may not import from here.
export { excerpt, place } from '../boot/excerpt.ts';
