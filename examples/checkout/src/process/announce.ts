import type { CrashPoint } from '../crash-points/crash-points.js';

/** What a process of this example tells about itself. */
export type Announcement =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'paused'; readonly at: CrashPoint }
  /** An order could not go on now; recovery takes it up again. `because` is the error's class. */
  | { readonly kind: 'left-open'; readonly orderId: string; readonly because: string };

/** Tells whoever started this process, or standard output. */
export function announce(announcement: Announcement): void {
  if (process.send) process.send(announcement);
  else console.log(JSON.stringify(announcement));
}
