// SPDX-License-Identifier: AGPL-3.0-or-later
// How many offers each further choice of a search would give.

/** The kinds of codes that offers are chosen and counted by. */
export const FACETS = [
  ...(['cause', 'activity', 'beneficiary', 'commitment', 'mode', 'time', 'accessible', 'group'] as const),
  ...(['day', 'part', 'easy', 'language', 'spoken', 'soon'] as const),
] as const
export type FacetName = (typeof FACETS)[number] | 'region' | 'department' | 'town'
/** `id`: number of one of its listings. */
export type AssociationCount = { uri: string; count: number; id: number }
/** Counts by code. A code that is missing has none. */
export type Facets = Record<FacetName, Record<string, number>> & {
  radius: { km: number; count: number }[]
  /** The associations with the most, then the one that was chosen when it is none of them. */
  associations: AssociationCount[]
}
