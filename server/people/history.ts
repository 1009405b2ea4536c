// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person did here, for the team.
import type { ContactOffer, lastMailTo, PlaceRow, sumYearOf } from '../../db/queries/history.ts'
import type { PersonRow } from '../../db/queries/people.ts'
import type { Translator } from '../text/i18n.ts'
import { addressWith } from '../web/paging.ts'
import { pagerByRow, type RowsPage } from '../web/rows.ts'

export const PLACES_SHOWN = 20
export const OFFERS_SHOWN = 10
export type History = {
  person: PersonRow
  year: string
  /** ISO instant. */
  now: string
  /** Undefined: not for this viewer; so the next two. */
  places: PlaceRow[] | undefined
  offers: RowsPage<ContactOffer> | undefined
  /** `team`: for which this viewer sees them; '' for everywhere. */
  hours: (Awaited<ReturnType<typeof sumYearOf>> & { team: string }) | undefined
  mayRecord: boolean
  written: Awaited<ReturnType<typeof lastMailTo>>
}

export function historyOf({ person, year, now, places, offers, hours, mayRecord, written }: History, t: Translator) {
  const { approved = 0, waiting = 0, team = '' } = hours ?? {}
  const hoursIn = (state: string) => addressWith('/work/hours', { state, person: person.id, team })
  const mayRecordHere = mayRecord && !person.disabled_at && !person.restricted_at
  const day = (value: string | null) => (value ? t.date(value, 'short') : t('people.history.never'))
  return {
    year,
    showsPlaces: places !== undefined,
    showsHours: hours !== undefined,
    places: (places ?? []).slice(0, PLACES_SHOWN).map((place) => ({
      title: t.text(place.title),
      offer: `/work/offers/${place.offer_id}`,
      application: `/work/applications/${place.id}`,
      state: {
        kind: ['accepted', 'completed'].includes(place.state) ? 'ok' : '',
        label: t(`applications.state.${place.state}`),
      },
      day: t.date(place.updated_at, 'short'),
    })),
    more: (places ?? []).length > PLACES_SHOWN ? t('people.history.more', { count: PLACES_SHOWN }) : '',
    offers: (offers?.rows ?? []).map(({ id, state, title, updated_at, publish_until: until }) => {
      const said = t.text(title)
      const isOver = state === 'published' && until !== null && until <= now
      return {
        title: said.text ? said : { text: t('offers.untitled'), lang: '' },
        href: `/work/offers/${id}`,
        state: {
          kind: state === 'published' && !isOver ? 'ok' : '',
          label: t.code('offers.state', isOver ? 'expired' : state),
        },
        day: t.date(updated_at, 'short'),
      }
    }),
    offersPager: offers && pagerByRow(offers, (to) => addressWith(`/work/people/${person.id}`, to) + '#contact-of'),
    approved: approved > 0 ? t('people.history.approved', { total: t.minutes(approved) }) : '',
    waiting: waiting > 0 ? t('people.history.waiting', { total: t.minutes(waiting) }) : '',
    hoursHref: hoursIn('approved'),
    waitingHref: hoursIn('submitted'),
    recordHref: mayRecordHere ? `/work/hours/new?person=${person.id}` : '',
    contact: [
      { label: t('people.history.seen'), value: day(person.last_seen_on) },
      { label: t('people.history.written'), value: day(written) },
    ],
  }
}
