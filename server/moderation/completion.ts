// SPDX-License-Identifier: AGPL-3.0-or-later
// What a moderator adds to an offer from another kind of site, where these three are not said: search needs them.
import type { OfferContent } from '../model/offer/content.ts'

/** Kept beside the item, so that it holds over every update from the site it came from. */
export type Completion = Pick<OfferContent, 'causes' | 'activities' | 'commitment'>

export function readCompletion(stored: string | null): Completion | null {
  return stored === null ? null : (JSON.parse(stored) as Completion)
}

export function completed(content: OfferContent, completion: Completion | null): OfferContent {
  return completion ? { ...content, ...completion } : content
}

/** True when it can be found by what people look for. */
export function isComplete({ causes, activities, commitment }: OfferContent): boolean {
  return causes.length > 0 && activities.length > 0 && commitment !== ''
}
