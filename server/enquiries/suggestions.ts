// SPDX-License-Identifier: AGPL-3.0-or-later
import type { EnquiryMessage, EnquiryRow } from '../../db/queries/enquiries.ts'
import { AS_TYPED } from '../../db/reference/free-place.ts'
import type { Country } from '../../db/reference/places.ts'
import type { Deps } from '../deps.ts'
import { queryOf, readAsked } from '../search/query.ts'
import { search, understand, type FoundOffer } from '../search/search.ts'

const SHOWN = 5
const LOOKED_AT = 40

/** `fits`: one of its times is among the days and parts of the day that the person has. */
export type Suggestion = { offer: FoundOffer; fits: boolean }

/** The search that finds them, as its own page shows it: `/offers?place=…&cause=…`. */
export function suggestionQuery({ taxonomies }: Pick<Deps, 'taxonomies'>, enquiry: EnquiryRow) {
  const place = enquiry.place_code === AS_TYPED ? '' : enquiry.place_code
  const { asked } = readAsked({ place, cause: enquiry.causes }, taxonomies)
  return { asked, address: `/offers${queryOf(asked)}` }
}

/** Open offers near the person's town, with one of their causes first, of these those at their times; not what was proposed. */
export async function suggestOffers(
  deps: Deps,
  enquiry: EnquiryRow,
  messages: readonly EnquiryMessage[],
  country: Country,
): Promise<Suggestion[]> {
  const { asked } = suggestionQuery(deps, enquiry)
  const now = deps.clock.iso()
  const proposed = new Set(messages.filter(({ kind }) => kind === 'proposal').map(({ about }) => about))
  const found = new Map<string, Suggestion>()
  // Where too few have one of the causes, those of other causes that are near follow.
  for (const cause of asked.cause.length > 0 ? [asked.cause, []] : [[]]) {
    if (found.size >= SHOWN) break
    const { offers } = await search(deps, understand(deps.places, { ...asked, cause }, country), now, {
      perPage: LOOKED_AT,
    })
    const open = offers.filter(({ public_id, applications }) => !proposed.has(public_id) && applications === 'open')
    const some = open.map((offer) => ({ offer, fits: fitsTimes(offer.content.slots, enquiry) }))
    for (const one of some.toSorted((a, b) => Number(b.fits) - Number(a.fits)))
      if (!found.has(one.offer.public_id)) found.set(one.offer.public_id, one)
  }
  return [...found.values()].slice(0, SHOWN)
}

/** @param slots such as `saturday-morning`. */
export function fitsTimes(slots: readonly string[], { days, parts }: Pick<EnquiryRow, 'days' | 'parts'>): boolean {
  if (days.length === 0 && parts.length === 0) return false
  return slots.some((slot) => {
    const [day = '', part = ''] = slot.split('-')
    return (days.length === 0 || days.includes(day)) && (parts.length === 0 || part === '' || parts.includes(part))
  })
}
