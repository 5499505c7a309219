import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { remedyFor, type Remedy } from '../../../src/engine/insert/remedy.ts';
import { AppError, failureCodes } from '../../../src/shared/failure.ts';

/** The remedies at the first six tries and at a much later one. */
function remedies(error: unknown): Remedy[] {
  return [1, 2, 3, 4, 5, 6, 1000].map((attempts) => remedyFor(error, attempts));
}

function always(remedy: Remedy): Remedy[] {
  return Array.from({ length: 7 }, () => remedy);
}

/** Five times the same again, then a person has to look at it. */
const fewTries: Remedy[] = ['try', 'try', 'try', 'try', 'try', 'stop', 'stop'];

function said(code: number, type: string, message = 'DB::Exception: made up'): ClickHouseError {
  return new ClickHouseError({ code: String(code), type, message });
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('what the database says', () => {
  it.each([
    [3, 'UNEXPECTED_END_OF_FILE'],
    [74, 'CANNOT_READ_FROM_FILE_DESCRIPTOR'],
    [75, 'CANNOT_WRITE_TO_FILE_DESCRIPTOR'],
    [159, 'TIMEOUT_EXCEEDED'],
    [198, 'DNS_ERROR'],
    [202, 'TOO_MANY_SIMULTANEOUS_QUERIES'],
    [203, 'NO_FREE_CONNECTION'],
    [209, 'SOCKET_TIMEOUT'],
    [210, 'NETWORK_ERROR'],
    [236, 'ABORTED'],
    [242, 'TABLE_IS_READ_ONLY'],
    [243, 'NOT_ENOUGH_SPACE'],
    [252, 'TOO_MANY_PARTS'],
    [279, 'ALL_CONNECTION_TRIES_FAILED'],
    [285, 'TOO_FEW_LIVE_REPLICAS'],
    [319, 'UNKNOWN_STATUS_OF_INSERT'],
    [394, 'QUERY_WAS_CANCELLED'],
    [425, 'SYSTEM_ERROR'],
    [999, 'KEEPER_EXCEPTION'],
  ])('%i %s passes: it is waited for as long as it takes', (code, type) => {
    expect(remedies(said(code, type))).toEqual(always('wait'));
  });

  it.each([
    [6, 'CANNOT_PARSE_TEXT'],
    [25, 'CANNOT_PARSE_ESCAPE_SEQUENCE'],
    [26, 'CANNOT_PARSE_QUOTED_STRING'],
    [27, 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'],
    [33, 'CANNOT_READ_ALL_DATA'],
    [38, 'CANNOT_PARSE_DATE'],
    [41, 'CANNOT_PARSE_DATETIME'],
    [53, 'TYPE_MISMATCH'],
    [69, 'ARGUMENT_OUT_OF_BOUND'],
    [70, 'CANNOT_CONVERT_TYPE'],
    [72, 'CANNOT_PARSE_NUMBER'],
    [117, 'INCORRECT_DATA'],
    [131, 'TOO_LARGE_STRING_SIZE'],
    [306, 'TOO_DEEP_RECURSION'],
    [376, 'CANNOT_PARSE_UUID'],
    [441, 'CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING'],
    [469, 'VIOLATED_CONSTRAINT'],
  ])('%i %s is about one of the rows', (code, type) => {
    expect(remedies(said(code, type))).toEqual(always('refuse'));
  });

  it.each([
    [16, 'NO_SUCH_COLUMN_IN_TABLE'],
    [36, 'BAD_ARGUMENTS'],
    [47, 'UNKNOWN_IDENTIFIER'],
    [48, 'NOT_IMPLEMENTED'],
    [60, 'UNKNOWN_TABLE'],
    [62, 'SYNTAX_ERROR'],
    [81, 'UNKNOWN_DATABASE'],
    [115, 'UNKNOWN_SETTING'],
    [164, 'READONLY'],
    [192, 'UNKNOWN_USER'],
    [193, 'WRONG_PASSWORD'],
    [194, 'REQUIRED_PASSWORD'],
    [497, 'ACCESS_DENIED'],
    [516, 'AUTHENTICATION_FAILED'],
  ])('%i %s is for a person, at once', (code, type) => {
    expect(remedies(said(code, type))).toEqual(always('stop'));
  });

  it.each([
    [307, 'TOO_MANY_BYTES'],
    [396, 'TOO_MANY_ROWS_OR_BYTES'],
  ])('%i %s asks for fewer rows', (code, type) => {
    expect(remedies(said(code, type))).toEqual(always('smaller'));
  });

  it('a lack of memory may be over in a moment; when it is not, fewer rows need less', () => {
    const remedy = remedies(said(241, 'MEMORY_LIMIT_EXCEEDED'));
    expect(remedy).toEqual(['wait', ...always('smaller').slice(1)]);
  });

  it('too many partitions at once are too many rows, unlike too many parts', () => {
    const tooMany = said(
      252,
      'TOO_MANY_PARTS',
      'Too many partitions for single INSERT block (more than 100).',
    );
    expect(remedies(tooMany)).toEqual(always('smaller'));
  });

  it.each([
    [49, 'LOGICAL_ERROR'],
    [123_456, 'WHATEVER_COMES_NEXT'],
  ])('%i %s, which nothing is known about, is tried a few times', (code, type) => {
    expect(remedies(said(code, type))).toEqual(fewTries);
  });
});

describe('what the connection says', () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ETIMEDOUT',
    'EPIPE',
    'ENOENT',
  ])('%s is waited for as long as it takes', (code) => {
    expect(remedies(coded(code))).toEqual(always('wait'));
  });

  it.each(['Timeout error.', 'socket hang up', 'The user aborted a request.'])('"%s" too', (message) => {
    expect(remedies(new Error(message))).toEqual(always('wait'));
  });

  it.each([
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CERT_REVOKED',
    'CERT_UNTRUSTED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('%s does not become right by itself: it is for a person, at once', (code) => {
    expect(remedies(coded(code))).toEqual(always('stop'));
  });
});

it.each(['500 Internal Server Error', '502 Bad Gateway', '503 Service Unavailable', '504 Gateway Time-out'])(
  "a proxy's page that says %s is waited for as long as it takes",
  (status) => {
    expect(remedies(new Error(`<html><title>${status}</title></html>`))).toEqual(always('wait'));
  },
);

describe('what the embedded database says when it is started again', () => {
  const passing = ['disk-full', 'database-unreachable', 'data-dir-busy'];

  it.each(failureCodes.filter((code) => passing.includes(code)))('%s is waited for', (code) => {
    expect(remedies(new AppError(code, 'Made up.'))).toEqual(always('wait'));
  });

  it.each(failureCodes.filter((code) => !passing.includes(code)))('%s is tried a few times', (code) => {
    expect(remedies(new AppError(code, 'Made up.'))).toEqual(fewTries);
  });
});

it.each([
  new TypeError('undefined is not a function'),
  new RangeError('Invalid array length'),
  'a text',
  null,
])('a fault of our own is not repeated: %s', (fault) => {
  expect(remedies(fault)).toEqual(always('stop'));
});
