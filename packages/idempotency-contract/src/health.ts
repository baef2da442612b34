/** Answer of the health calls. */
export interface HealthResponse {
  status: 'ok' | 'draining';
}
