// SPDX-License-Identifier: AGPL-3.0-or-later

/** A fixed port of this test worker, below those the system gives away: files at work side by side never meet. */
export const portAt = (offset: number): number => 21_000 + 100 * Number(process.env['JEST_WORKER_ID'] ?? 0) + offset
