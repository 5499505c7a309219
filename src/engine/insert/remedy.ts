import { ClickHouseError } from '@clickhouse/client';
import { AppError, type FailureCode } from '../../shared/failure.ts';
import { isDiskFull, isUntrusted } from '../clickhouse/failures.ts';

/**
 * What helps against an error of the database.
 *
 * `wait`: the same again, for as long as it takes. `try`: the same again, a few times. `smaller`: fewer rows at a time.
 * `refuse`: one of the rows is the cause; it has to be found. `stop`: a person has to do something.
 */
export type Remedy = 'wait' | 'try' | 'smaller' | 'refuse' | 'stop';

/** Codes of ClickHouse src/Common/ErrorCodes.cpp. Those that pass: the list of its Kafka Connect sink (Utils.java). */
const waiting = new Set([
  '3', // UNEXPECTED_END_OF_FILE
  '74', // CANNOT_READ_FROM_FILE_DESCRIPTOR
  '75', // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  '159', // TIMEOUT_EXCEEDED
  '198', // DNS_ERROR
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '203', // NO_FREE_CONNECTION
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '236', // ABORTED
  '242', // TABLE_IS_READ_ONLY
  '243', // NOT_ENOUGH_SPACE
  '252', // TOO_MANY_PARTS
  '279', // ALL_CONNECTION_TRIES_FAILED
  '285', // TOO_FEW_LIVE_REPLICAS
  '319', // UNKNOWN_STATUS_OF_INSERT
  '394', // QUERY_WAS_CANCELLED
  '425', // SYSTEM_ERROR
  '999', // KEEPER_EXCEPTION
]);

/** A row, not the table, is wrong: incorrect data, parse errors, ranges, violated constraints. */
const refusing = new Set([
  '6',
  '25',
  '26',
  '27',
  '33',
  '38',
  '41',
  '53',
  '69',
  '70',
  '72',
  '117',
  '131',
  '306',
  '376',
  '441',
  '469',
]);

/** Rights, missing tables, wrong settings: trying again changes nothing. */
const stopping = new Set([
  '16',
  '36',
  '47',
  '48',
  '60',
  '62',
  '81',
  '115',
  '164',
  '192',
  '193',
  '194',
  '497',
  '516',
]);

const memoryLimitExceeded = '241';
const tooLarge = new Set(['307', '396']);

/** Failures of starting the embedded database again that a person, time or space can mend. */
const passingFailures = new Set<FailureCode>(['disk-full', 'database-unreachable', 'data-dir-busy']);

/** The page of a proxy with status 413, whose name has changed over time (RFC 9110, 15.5.14); nginx takes 1 MB if not told. */
const tooLargeForProxy = /\b(?:request entity|payload|content) too large\b/i;

/** What to do about an error; `attempts` counts the tries with the same bytes so far. */
export function remedyFor(error: unknown, attempts: number): Remedy {
  if (error instanceof ClickHouseError) return remedyForCode(error, attempts);
  if (error instanceof AppError) return passingFailures.has(error.code) ? 'wait' : lastTry('stop', attempts);
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return 'stop';
  if (tooLargeForProxy.test(error.message)) return 'smaller';
  // Everything else is a broken connection, a proxy's page or an answer that makes no sense: its outcome is not known.
  return isUntrusted(error) ? 'stop' : 'wait';
}

function remedyForCode(error: ClickHouseError, attempts: number): Remedy {
  const { code, message } = error;
  if (code === '252' && message.includes('Too many partitions')) return 'smaller';
  if (code === memoryLimitExceeded) return attempts < 2 ? 'wait' : 'smaller';
  if (tooLarge.has(code)) return 'smaller';
  if (isDiskFull(error)) return 'wait';
  if (waiting.has(code)) return 'wait';
  if (refusing.has(code)) return 'refuse';
  return stopping.has(code) ? 'stop' : lastTry('stop', attempts);
}

const mostTries = 6;

function lastTry(otherwise: Remedy, attempts: number): Remedy {
  return attempts < mostTries ? 'try' : otherwise;
}
