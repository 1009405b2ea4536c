// SPDX-License-Identifier: AGPL-3.0-or-later
// How many offers each further choice of a search would give.

export const FACETS_BY_TERM = ['cause', 'activity', 'beneficiary'] as const
export const FACETS_BY_TRAIT = ['commitment', 'mode', 'time', 'accessible', 'group'] as const
export type FacetName = (typeof FACETS_BY_TERM)[number] | (typeof FACETS_BY_TRAIT)[number] | 'region'
/** Counts by code; a missing code has none. */
export type Facets = Record<FacetName, Record<string, number>> & { radius: { km: number; count: number }[] }
