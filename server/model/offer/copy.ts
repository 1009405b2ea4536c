// SPDX-License-Identifier: AGPL-3.0-or-later
import type { OfferContent } from './content.ts'

/** Files belong to one offer: a copy gets its own, and a model has none. */
export const withoutFiles = (content: OfferContent): OfferContent => ({ ...content, pictures: [], sheet: null })

/** For a copy or a model: the next one takes place on other days. */
export const withoutDates = (content: OfferContent): OfferContent => ({ ...content, starts_on: null, ends_on: null })
