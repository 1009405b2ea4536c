// SPDX-License-Identifier: AGPL-3.0-or-later
// Which sizes, delays and lengths are fixed, and not settings? One named value a line, unit in its name.

/** What any one page, form or list may hold. */
export const limits = {
  /** Body of a form of ours without a file. */
  formBytes: 256 * 1024,
  /** A logo as it is sent to us, with its form; what we keep of it is far smaller. */
  imageBytes: 2 * 1024 * 1024,
  imagePixels: 25_000_000,
  /** An activity sent to our inbox. */
  activityBytes: 1024 * 1024,
  /** Requests in flight above which we answer 503 with Retry-After. */
  requestsInFlight: 64,
  /** How long a stop waits for requests and jobs under way. */
  stopMs: 10_000,
  pageLength: 20,
} as const
