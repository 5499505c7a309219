/** What a total is asked for: everything, or what belongs to a day (UTC), a session and a model. */
export interface Selection {
  /** `2026-11-20` */
  readonly day?: string | undefined;
  readonly session?: string | undefined;
  readonly model?: string | undefined;
}

/** Values for the parameters that the conditions below name. */
export function selectionParameters(selection: Selection): Record<string, string> {
  return {
    ...(selection.day === undefined ? {} : { day: selection.day }),
    ...(selection.session === undefined ? {} : { session: selection.session }),
    ...(selection.model === undefined ? {} : { model: selection.model }),
  };
}

/** The condition for rows with the columns `day`, `session_id` and `model`, whichever rule attributed them. */
export function isSelected(selection: Selection): string {
  const conditions = [
    ...(selection.day === undefined ? [] : ['ifNull(day = {day:Date}, false)']),
    ...(selection.session === undefined ? [] : ['session_id = {session:String}']),
    ...(selection.model === undefined ? [] : ['model = {model:String}']),
  ];
  return conditions.join(' AND ') || 'true';
}

/**
 * The condition for lines of every response that any rule could attribute to the selection: all lines of a response
 * or none. Rules choose among a response's lines; without this they would read the whole archive for one day.
 */
export function mayBeSelected(selection: Selection): string {
  const conditions = [
    // A progress line has the time of its own writing, not of the message that it repeats.
    ...(selection.day === undefined
      ? []
      : ['timestamp >= {day:Date} - INTERVAL 1 DAY AND timestamp < {day:Date} + INTERVAL 2 DAY']),
    ...(selection.session === undefined ? [] : ['session_id = {session:String}']),
    ...(selection.model === undefined ? [] : ['model = {model:String}']),
  ];
  if (conditions.length === 0) return 'true';
  return `response_key IN (
      SELECT response_key FROM lines WHERE response_key != '' AND ${conditions.join(' AND ')}
      UNION DISTINCT
      SELECT replaceRegexpOne(response_key, '#[0-9]+$', '') FROM (SELECT * FROM responses) WHERE ${isSelected(selection)})`;
}
