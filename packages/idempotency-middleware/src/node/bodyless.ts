/** Statuses whose responses have no body, whatever the handler writes (RFC 9110 §6.4.1). */
export function isBodyless(status: number): boolean {
  return status < 200 || status === 204 || status === 304;
}
