// SPDX-License-Identifier: AGPL-3.0-or-later
// What a moderator reads about an offer that no member sent.
import type { ItemLine } from '../../../db/queries/moderation.ts'
import type { AnnouncingSource } from '../../../db/queries/sources.ts'
import type { ListName } from '../../../db/reference/taxonomies.ts'
import type { PublicOffer } from '../../model/offer/content.ts'
import type { Wording } from '../../public-offer/words.ts'
import { withArticle } from '../../text/wording.ts'
import { isComplete, readCompletion } from '../completion.ts'
import { isIncomplete } from './list.ts'

export function throughOf({ t }: Wording, item: ItemLine, sources: AnnouncingSource[]): string {
  if (item.is_direct) return ''
  if (sources.length === 0) return t('moderation.through.none')
  const centres = sources.filter(({ isCentre, uri }) => isCentre && uri !== item.association_uri)
  const names = (centres.length > 0 ? centres : sources).map(({ name }) => withArticle(name, t.locale))
  return t(centres.length > 0 ? 'moderation.through' : 'moderation.through.site', { names: t.list(names) })
}

export function foreignOf({ t }: Wording, item: ItemLine) {
  if (!item.is_foreign) return null
  const unmapped = (JSON.parse(item.unmapped) as string[]).map((name) => t.code('moderation.unmapped', name))
  const sentences = [
    t('moderation.foreign.mark', { host: new URL(item.offer_uri).host }),
    unmapped.length > 0 ? t('moderation.foreign.unmapped', { fields: t.list(unmapped) }) : '',
    isIncomplete(item) ? t('moderation.foreign.todo') : '',
  ]
  return { text: sentences.filter(Boolean).join(' '), href: isIncomplete(item) ? '#completion' : '' }
}

/** Null when there is no waiting text to complete. */
export function completionOf({ t, taxonomies }: Wording, item: ItemLine, offer: PublicOffer | null) {
  if (!item.is_foreign || !item.pending_offer || !offer) return null
  const options = (list: ListName) =>
    taxonomies.list(list).map(({ code }) => ({ value: code, label: taxonomies.label(list, code, t.locale) }))
  const now = readCompletion(item.completion)
  return {
    isDone: isComplete(offer.content),
    causes: options('cause'),
    activities: options('activity'),
    commitments: options('commitment'),
    now: { cause: now?.causes[0] ?? '', activity: now?.activities[0] ?? '', commitment: now?.commitment ?? '' },
  }
}
