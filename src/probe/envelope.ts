import { gunzipSync } from 'node:zlib';

/** No answer unpacks to more: the probe keeps far below it, and a node is not trusted to. */
const TEXT_LIMIT = 1024 * 1024;

/** What came in an envelope: the probe's text, or in plain words why there is none. */
export type Opened = { text: string; partial: boolean } | { problem: string };

/**
 * Opens what the probe left as termination message, or a line of its container's log: `np1 ENCODING LENGTH CRC PAYLOAD`, where
 * LENGTH counts the payload's bytes, CRC is its POSIX cksum, and ENCODING is gz (gzip, base64) or raw (tabs for line ends).
 * With gz the CRC may be "-": some images have no cksum, and gzip checks what it unpacks.
 * partial: sections were left out of this text, and the container's log has all of it. Throws nothing; a problem is a
 * clause without a full stop.
 */
export function openEnvelope(message: string): Opened {
  const text = message.trimStart();
  if (text === '') return { problem: 'the probe left no answer' };
  const failure = refusal(text);
  if (failure !== undefined) return { problem: `the probe could not run: ${failure}` };
  const header = /^np1 ([a-z0-9]{1,16}) (\d{1,9}) (\d{1,10}|-) /.exec(text);
  if (!header) return { problem: withoutHeader(text) };
  const bytes = Buffer.from(text.slice(header[0].length));
  const length = Number(header[2]);
  const payload = bytes.subarray(0, length);
  const intact = header[3] === '-' ? header[1] === 'gz' : cksum(payload) === Number(header[3]);
  const problem = damage(bytes, length) ?? (intact ? undefined : DAMAGED);
  return problem ? { problem } : decode(`${header[1]}`, payload);
}

/** Why a script of ours could not run, as it says itself in place of an answer, with or without an envelope; undefined: it ran. */
export function refusal(answer: string): string | undefined {
  const reason = /^np1 error ([^\n]*)/.exec(answer)?.[1];
  return reason === undefined ? undefined : quotable(reason);
}

/** Whether a script of ours could not run for want of a program in its image, so that another image may do. */
export function lacksProgram(answer: string): boolean {
  return /^(the image (lacks|cannot unpack)|there is no) /.test(refusal(answer.trimStart()) ?? '');
}

const DAMAGED = "the probe's answer was damaged (its checksum does not match)";
const TOO_LARGE = "the probe's answer is larger than any real one";

function damage(bytes: Buffer, length: number): string | undefined {
  if (length > 2 * TEXT_LIMIT) return TOO_LARGE;
  if (bytes.length < length) {
    return `the probe's answer was cut off after ${bytes.length} of ${length} bytes (containers that were added to the pod share the space)`;
  }
  const rest = bytes.subarray(length).toString().trim();
  return rest === '' ? undefined : "the probe's answer is followed by other text";
}

function decode(encoding: string, payload: Buffer): Opened {
  if (encoding === 'raw') return opened(payload.toString('latin1').replaceAll('\t', '\n'));
  if (encoding !== 'gz') return { problem: `the probe's answer is in an unknown encoding (${encoding})` };
  try {
    return opened(
      gunzipSync(Buffer.from(payload.toString('latin1'), 'base64'), { maxOutputLength: TEXT_LIMIT }).toString(),
    );
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    return { problem: tooLarge ? TOO_LARGE : "the probe's answer cannot be unpacked" };
  }
}

function opened(text: string): Opened {
  return text.length > TEXT_LIMIT ? { problem: TOO_LARGE } : { text, partial: /^n log$/m.test(text) };
}

/** Messages that no probe wrote: the kubelet's own, or the tail of an answer whose beginning is lost. */
function withoutHeader(text: string): string {
  if (/^np1 /.test(text)) return "the probe's answer begins with a garbled header";
  if (/^np\d+ /.test(text)) return 'the answer is from a probe of another version';
  if (/^[A-Za-z0-9+/=\s]{200,}$/.test(text)) return "the beginning of the probe's answer is missing";
  return `the pod ended without the probe's answer: ${quotable(text)}`;
}

/** The most characters that are quoted of each end of a long message. */
const QUOTED = 300;

/** One line of printable characters. A long one keeps both ends: a container runtime names the cause last. */
function quotable(text: string): string {
  const oneLine = (part: string) => part.replace(/[\s\p{C}]+/gu, ' ').trim();
  // Nobody needs the middle of a megabyte.
  if (text.length > 8 * QUOTED) return `${oneLine(text.slice(0, QUOTED))} … ${oneLine(text.slice(-QUOTED))}`;
  const line = oneLine(text);
  return line.length > 2 * QUOTED ? `${line.slice(0, QUOTED)} … ${line.slice(-QUOTED)}` : line;
}

/** POSIX cksum: CRC-32 with the most significant bit first, over the bytes and then their count. */
export function cksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = step(crc, byte);
  for (let count = bytes.length; count > 0; count = Math.floor(count / 256)) crc = step(crc, count & 0xff);
  return ~crc >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

function step(crc: number, byte: number): number {
  return ((crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ byte] ?? 0)) >>> 0;
}
