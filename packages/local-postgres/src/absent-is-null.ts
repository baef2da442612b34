/** For `.catch` of a file operation: no such file is an answer, everything else is thrown on. */
export function absentIsNull(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
