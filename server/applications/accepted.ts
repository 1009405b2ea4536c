// SPDX-License-Identifier: AGPL-3.0-or-later
// What the mail of an acceptance says: when, where, with whom, and the days as a file for a calendar.
import type { OfferRow } from '../../db/queries/offers.ts'
import type { Deps } from '../deps.ts'
import type { OfferContent } from '../model/offer/content.ts'
import { isDated } from '../model/offer/event-days.ts'
import { slotText, whenText, whereText } from '../public-offer/words.ts'
import { capital } from '../text/wording.ts'
import { CALENDAR_HEAD, eventLines } from '../text/icalendar.ts'
import type { Translator } from '../text/i18n.ts'

type Offer = Pick<OfferRow, 'id' | 'content' | 'updated_at' | 'revision'>

export function factsOf(deps: Pick<Deps, 'taxonomies'>, offer: Pick<Offer, 'content'>, t: Translator) {
  const { content } = offer
  const [first] = content.places
  // The home of a person who is helped is not published, only its town.
  const street = content.work_mode === 'remote' || content.work_mode === 'at_beneficiary_home' ? '' : first?.street
  const where = [whereText({ t, taxonomies: deps.taxonomies }, content), street].filter(Boolean).join(', ')
  return { when: whenText({ t, taxonomies: deps.taxonomies }, content), where, who: content.contact_label }
}

export type Coming = { when: string; where: string }

/** When and where people come, in more words than a list has, so that every change of it is seen. */
export function comingOf(deps: Pick<Deps, 'taxonomies'>, content: OfferContent, t: Translator): Coming {
  const wording = { t, taxonomies: deps.taxonomies }
  const { when, where } = factsOf(deps, { content }, t)
  const { slots, starts_on } = content
  const isListed = !isDated(content) && slots.length > 2
  const more = [
    isListed ? t.list(slots.map((slot) => slotText(wording, slot))) : '',
    starts_on && !isDated(content) ? t('search.when.first_day', { day: t.date(starts_on, 'short') }) : '',
  ]
  return { when: [when, ...more].filter(Boolean).join(', '), where }
}

/** An iCalendar file; '' for an offer that has no days of its own. @param site.isCancelled takes the days out again. */
export function calendarOf(
  offer: Offer,
  t: Translator,
  site: { publicUrl: string; name: string; isCancelled?: boolean },
  where: string,
): string {
  const { starts_on, ends_on } = offer.content
  if (starts_on === null || !isDated(offer.content)) return ''
  const url = `${site.publicUrl}/offers/${offer.id}`
  const event = eventLines({
    uid: url,
    url,
    updated: offer.updated_at,
    // A cancellation is no new text, and must be newer than the last one.
    revision: offer.revision + (site.isCancelled ? 1 : 0),
    first: starts_on,
    last: ends_on ?? starts_on,
    title: t.text(offer.content.title).text,
    description: [site.name, url],
    where,
    ...(site.isCancelled && { more: ['STATUS:CANCELLED'] }),
  })
  return [...CALENDAR_HEAD, ...event, 'END:VCALENDAR', ''].join('\r\n')
}

/** A greeting, who is greeted, and what ends it. */
const GREETING =
  /^\s*(?:bonjour|bonsoir|salut|coucou|all[oô]|ch[eè]re?|hello|hi|dear|good (?:morning|evening))(?![\p{L}-])([^\n,.!:]*)(?:\s*(?:[,.!:]+|\n|$))+\s*/iu
const ALL = /^(?:à )?(?:vous|toi|toutes?|tous)$/iu

type Named = { given_name: string; family_name: string }

/** Without a greeting of this person at its start, because the mail has one. */
export function withoutGreeting(words: string, { given_name: given, family_name: family }: Named): string {
  const [greeting = '', called = ''] = GREETING.exec(words) ?? []
  const who = called.trim().toLowerCase()
  const isTheirs =
    who === '' || ALL.test(who) || [given, `${given} ${family}`].some((name) => name.toLowerCase() === who)
  return greeting !== '' && isTheirs ? capital(words.slice(greeting.length)) : words
}
