/** How the times of a minute begin: those of an answer, and of the answers after it, fall into few minutes. */
const beginnings = new Map<number, string>();

/** Minutes of a day, for records of all of it, some 100 KB; then it begins anew. */
const MAX_BEGINNINGS = 1_440;

/** A time as answers write it: RFC 3339, in UTC, to the millisecond, as `toISOString` does. Throws RangeError for an invalid date. */
export function timeText(time: Date): string {
  const minute = Math.floor(time.getTime() / 60_000);
  const milliseconds = time.getTime() - minute * 60_000;
  const seconds = Math.floor(milliseconds / 1_000);
  const rest = milliseconds - seconds * 1_000;
  const beginning = beginnings.get(minute) ?? beginningOf(minute, time);
  return `${beginning}${seconds < 10 ? '0' : ''}${seconds}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}

function beginningOf(minute: number, time: Date): string {
  const beginning = time.toISOString().slice(0, -'00.000Z'.length);
  if (beginnings.size === MAX_BEGINNINGS) beginnings.clear();
  beginnings.set(minute, beginning);
  return beginning;
}
