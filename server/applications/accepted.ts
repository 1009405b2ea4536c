// SPDX-License-Identifier: AGPL-3.0-or-later
// What the mail of an acceptance says: when, where, with whom, and the days as a file for a calendar.
import type { OfferRow } from '../../db/queries/offers.ts'
import type { Deps } from '../deps.ts'
import { isDated } from '../model/offer/event-days.ts'
import { whenText, whereText } from '../public-offer/words.ts'
import { capital } from '../text/wording.ts'
import { CALENDAR_HEAD, eventLines } from '../text/icalendar.ts'
import type { Translator } from '../text/i18n.ts'

type Offer = Pick<OfferRow, 'id' | 'content' | 'updated_at' | 'revision'>

export function factsOf(deps: Pick<Deps, 'taxonomies'>, offer: Offer, t: Translator) {
  const { content } = offer
  const [first] = content.places
  // The home of a person who is helped is not published, only its town.
  const street = content.work_mode === 'remote' || content.work_mode === 'at_beneficiary_home' ? '' : first?.street
  const where = [whereText({ t, taxonomies: deps.taxonomies }, content), street].filter(Boolean).join(', ')
  return { when: whenText({ t, taxonomies: deps.taxonomies }, content), where, who: content.contact_label }
}

/** An iCalendar file; '' for an offer that has no days of its own. @param publicUrl of this site. */
export function calendarOf(
  offer: Offer,
  t: Translator,
  site: { publicUrl: string; name: string },
  where: string,
): string {
  const { starts_on, ends_on } = offer.content
  if (starts_on === null || !isDated(offer.content)) return ''
  const url = `${site.publicUrl}/offers/${offer.id}`
  const event = eventLines({
    uid: url,
    url,
    updated: offer.updated_at,
    revision: offer.revision,
    first: starts_on,
    last: ends_on ?? starts_on,
    title: t.text(offer.content.title).text,
    description: [site.name, url],
    where,
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
