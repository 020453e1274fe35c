/** Shell scripts and programs of awk are bundled as text (esbuild's text loader; a plugin of the same effect in vitest.config.ts). */
declare module '*.sh' {
  const text: string;
  export default text;
}
declare module '*.awk' {
  const text: string;
  export default text;
}
