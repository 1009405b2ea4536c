// SPDX-License-Identifier: AGPL-3.0-or-later
// How many offers each further choice of a search would give.

/** The kinds of codes that offers are chosen and counted by. */
export const FACETS = ['cause', 'activity', 'beneficiary', 'commitment', 'mode', 'time', 'accessible', 'group'] as const
export type FacetName = (typeof FACETS)[number] | 'region'
/** Counts by code. A code that is missing has none. */
export type Facets = Record<FacetName, Record<string, number>> & { radius: { km: number; count: number }[] }
