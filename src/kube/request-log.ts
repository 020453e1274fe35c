import { STATUS_CODES } from 'node:http';
import { printable } from './errors.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a transport tells of one attempt, as it happens. Bodies come without the credential; headers have it. */
export type RequestTrace =
  | { event: 'request'; method: string; url: string; headers: Headers; body: string | undefined }
  | { event: 'response'; method: string; url: string; status: number; headers: Headers; milliseconds: number }
  | { event: 'failure'; method: string; url: string; milliseconds: number; message: string }
  | { event: 'body'; text: string };

export type RequestListener = (trace: RequestTrace) => void;

/** From which level of -v something is shown; kubectl's. */
const LEVEL = { line: 6, requestHeaders: 7, bodies: 8, longBodies: 9 } as const;
const SHORT_BODY = 1024;
const LONG_BODY = 10 * 1024;

/** Headers whose values may let somebody in, or say more of a person than a log should. */
const SECRET = /^(authorization|proxy-authorization|cookie|set-cookie|impersonate-extra-.*)$/i;

function headerLines(title: string, headers: Headers): string[] {
  const lines = Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const masked = /^authorization$/i.test(name) ? `${String(value).split(' ')[0]} <masked>` : '<masked>';
    const values = SECRET.test(name) ? [masked] : [value].flat();
    return values.map((one) => `    ${name}: ${printable(one)}`);
  });
  return [title, ...lines];
}

function bodyLine(title: string, text: string, level: number): string {
  const limit = level >= LEVEL.longBodies ? LONG_BODY : SHORT_BODY;
  const rest = text.length - limit;
  return `${title}: ${printable(text.slice(0, limit), limit)}${rest > 0 ? ` [truncated ${rest} chars]` : ''}`;
}

function lines(trace: RequestTrace, level: number): string[] {
  const bodies = level >= LEVEL.bodies;
  switch (trace.event) {
    case 'request': {
      if (level < LEVEL.requestHeaders) return [];
      const head = [`${trace.method} ${trace.url}`, ...headerLines('Request Headers:', trace.headers)];
      return trace.body !== undefined && bodies ? [...head, bodyLine('Request Body', trace.body, level)] : head;
    }
    case 'response': {
      const { method, url, status, milliseconds } = trace;
      const line = `${method} ${url} ${status} ${STATUS_CODES[status] ?? ''} in ${milliseconds.toFixed(0)} milliseconds`;
      return bodies ? [line, ...headerLines('Response Headers:', trace.headers)] : [line];
    }
    case 'failure':
      return [`${trace.method} ${trace.url} failed in ${trace.milliseconds.toFixed(0)} milliseconds: ${trace.message}`];
    case 'body':
      return bodies ? [bodyLine('Response Body', trace.text, level)] : [];
  }
}

/** `I1124 00:02:24.652000 4711 kubectl-netprereq] `: severity, local date and time, process, as klog has it. */
function prefix(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':');
  const date = two(now.getMonth() + 1) + two(now.getDate());
  return `I${date} ${time}.${String(now.getMilliseconds()).padStart(3, '0')}000 ${process.pid} kubectl-netprereq] `;
}

/**
 * A listener that writes log lines about requests, as kubectl does with -v: from 6 one line per request, from 7 with its headers,
 * from 8 with bodies cut to 1024 characters, from 9 to 10 KiB. Credentials are masked at any level.
 * @returns undefined below 6
 */
export function requestLog(level: number, write: (line: string) => void): RequestListener | undefined {
  if (level < LEVEL.line) return undefined;
  return (trace) => {
    const start = prefix(new Date());
    for (const line of lines(trace, level)) write(start + line);
  };
}
