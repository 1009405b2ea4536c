// SPDX-License-Identifier: AGPL-3.0-or-later
// What a moderator adds to an offer from another kind of site, because search needs it.
import type { OfferContent } from '../model/offer/content.ts'

/** Stored apart from the offer, so that updates from its site do not overwrite it. */
export type Completion = Pick<OfferContent, 'causes' | 'activities' | 'commitment'>

export function readCompletion(stored: string | null): Completion | null {
  return stored === null ? null : (JSON.parse(stored) as Completion)
}

export function completed(content: OfferContent, completion: Completion | null): OfferContent {
  return completion ? { ...content, ...completion } : content
}

export function isComplete({ causes, activities, commitment }: OfferContent): boolean {
  return causes.length > 0 && activities.length > 0 && commitment !== ''
}
