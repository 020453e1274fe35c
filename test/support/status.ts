/** Error answers of the API server: Status objects in its own words, taken from a v1.34 server. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { continue?: string };
  status: 'Failure';
  message: string;
  reason?: string;
  details?: object;
  code: number;
}

/** What to call a thing in an error: its plural resource name, its API group, its own name. */
export interface Subject {
  resource: string;
  group?: string;
  name?: string;
}

/** Thrown by handlers; the server answers with its status. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(code: number, reason: string | undefined, message: string, details?: object, next?: string) {
    super(message);
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: next === undefined ? {} : { continue: next },
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

const qualified = ({ resource, group }: Subject) => (group ? `${resource}.${group}` : resource);

function details({ resource, group, name }: Subject): object {
  return { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: resource };
}

export function notFound(subject: Subject & { name: string }): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(subject)} "${subject.name}" not found`, details(subject));
}

/** The path names no resource that this server serves. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(subject: Subject & { name: string }): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualified(subject)} "${subject.name}" already exists`, details(subject));
}

/** 403 of any origin: authorization, Pod Security, quota. */
export function forbidden(subject: Subject, why: string): ApiError {
  const what = subject.name ? `${qualified(subject)} "${subject.name}"` : qualified(subject);
  return new ApiError(403, 'Forbidden', `${what} is forbidden: ${why}`, details(subject));
}

export interface Cause {
  reason: string;
  message: string;
  field: string;
}

/** 422 with one cause per wrong field. */
export function invalid(kind: string, name: string, causes: readonly Cause[]): ApiError {
  const errors = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const text = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
  const about = { ...(name ? { name } : {}), kind, causes };
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${text}`, about);
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function notAcceptable(message: string): ApiError {
  return new ApiError(406, 'NotAcceptable', message);
}

/** Clients written in Go may send protobuf, which the stand-in does not read. */
export function unsupportedMediaType(): ApiError {
  const message = 'the body of the request was in an unknown format - accepted media types include: application/json';
  return new ApiError(415, 'UnsupportedMediaType', message);
}

/** A list was continued after its snapshot had been compacted; `next` continues it at the present state. */
export function expiredContinue(next: string): ApiError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
    'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
    'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
    'deleted between the time the first chunk was returned and now may show up in the list.';
  return new ApiError(410, 'Expired', message, undefined, next);
}

/** The object of a watch's ERROR event when its resource version is no longer known. */
export function tooOldResourceVersion(asked: number, oldest: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

export function resourceVersionTooLarge(asked: number, current: number): ApiError {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new ApiError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}
