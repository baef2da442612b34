/** A new claim token: the proof of ownership, so it must not be guessable. */
export function mintClaimToken(): string {
  return crypto.randomUUID();
}
