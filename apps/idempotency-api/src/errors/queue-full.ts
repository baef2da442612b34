/** More calls wait than the queue may hold. Nothing was done for this one. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}
