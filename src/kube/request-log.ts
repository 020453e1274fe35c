import { STATUS_CODES } from 'node:http';
import { printable } from './errors.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** What a transport tells of one attempt, as it happens; the headers have the credential. */
export type RequestTrace = { method: string; url: string } & (
  | { event: 'request'; headers: Headers }
  | { event: 'response'; status: number; milliseconds: number }
  | { event: 'failure'; milliseconds: number; message: string }
);

export type RequestListener = (trace: RequestTrace) => void;

/** From which level of -v something is shown; kubectl's. */
const LEVEL = { line: 6, headers: 7 } as const;

/** Headers whose values may let somebody in, or say more of a person than a log should. */
const SECRET = /^(authorization|proxy-authorization|cookie|set-cookie|impersonate-extra-.*)$/i;

function headerLines(headers: Headers): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const masked = /^authorization$/i.test(name) ? `${String(value).split(' ')[0]} <masked>` : '<masked>';
    const values = SECRET.test(name) ? [masked] : [value].flat();
    return values.map((one) => `    ${name}: ${printable(one)}`);
  });
}

function lines(trace: RequestTrace, level: number): string[] {
  const call = `${trace.method} ${trace.url}`;
  if (trace.event === 'request') {
    return level < LEVEL.headers ? [] : [call, 'Request Headers:', ...headerLines(trace.headers)];
  }
  const time = `in ${trace.milliseconds.toFixed(0)} milliseconds`;
  if (trace.event === 'failure') return [`${call} failed ${time}: ${trace.message}`];
  return [`${call} ${trace.status} ${STATUS_CODES[trace.status] ?? ''} ${time}`];
}

/**
 * A listener that writes log lines about requests, as kubectl does with -v: from 6 one line per request, from 7 with its headers, in which
 * credentials are masked. No level shows a body.
 * @returns undefined below 6
 */
export function requestLog(level: number, write: (line: string) => void): RequestListener | undefined {
  if (level < LEVEL.line) return undefined;
  return (trace) => {
    const now = new Date().toISOString();
    for (const line of lines(trace, level)) write(`${now} ${line}`);
  };
}
