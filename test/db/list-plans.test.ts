// SPDX-License-Identifier: AGPL-3.0-or-later
// Does each page of a long list begin at its place in an index, whatever SQLite knows of the tables?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Kysely } from 'kysely'
import { firstRows, type KeyedList, type Range } from '../../db/keyset.ts'
import { applicationsList } from '../../db/queries/applications.ts'
import { openingsList, trailList } from '../../db/queries/audit.ts'
import { enquiriesList } from '../../db/queries/enquiries.ts'
import { helpList } from '../../db/queries/help.ts'
import { listAlike, listUncompared } from '../../db/queries/likeness.ts'
import { reportsList } from '../../db/queries/reports.ts'
import { testimonialsList } from '../../db/queries/testimonials.ts'
import { headcountsList } from '../../db/queries/headcounts.ts'
import { entriesList, sumApproved } from '../../db/queries/hours.ts'
import { contactOffersList } from '../../db/queries/history.ts'
import { incidentsList } from '../../db/queries/incidents.ts'
import { mailsList } from '../../db/queries/mails.ts'
import { itemsList, SHELVES } from '../../db/queries/moderation.ts'
import { offersList } from '../../db/queries/offers.ts'
import { peopleAmong, peopleList } from '../../db/queries/people.ts'
import { holdersOfRole } from '../../db/queries/roles.ts'
import { membersOf } from '../../db/queries/hours-reach.ts'
import { requestsList } from '../../db/queries/requests.ts'
import { townsList } from '../../db/queries/typed-towns.ts'
import { tripsList } from '../../db/queries/trips.ts'
import type { Tables } from '../../db/schema.ts'
import { FIGURES, openPlanned, type Planned } from '../support/plans.ts'

type Db = Kysely<Tables>
const NOW = '2026-11-22T09:00:00.000Z'
const OWN = { now: NOW, home: 'https://a.example/offers/' }

/** `sorts`: few rows, which are put in order after they were found. */
const LISTS: Record<string, { of: (db: Db) => KeyedList<unknown>; by: string; sorts?: true }> = {
  'hours of all': { of: (db) => entriesList(db, {}), by: 'hours_entries_day' },
  'hours in a state': { of: (db) => entriesList(db, { state: 'approved' }), by: 'hours_entries_state' },
  'hours of a person': { of: (db) => entriesList(db, { personId: 'p1' }), by: 'hours_entries_person' },
  'hours of a person in a state': {
    of: (db) => entriesList(db, { personId: 'p1', state: 'approved' }),
    by: 'hours_entries_person',
  },
  'hours of a project': { of: (db) => entriesList(db, { projectId: 'j1' }), by: 'hours_entries_project_people' },
  'hours of a project in a state': {
    of: (db) => entriesList(db, { projectId: 'j1', state: 'approved' }),
    by: 'hours_entries_project',
  },
  'hours of a team in a state': {
    of: (db) => entriesList(db, { teamId: 'e1', state: 'approved' }),
    by: 'hours_entries_person',
    sorts: true,
  },
  'hours of a team for a project': {
    of: (db) => entriesList(db, { teamId: 'e1', projectId: 'j1', state: 'submitted' }),
    by: 'hours_entries_person',
    sorts: true,
  },
  'kilometres of a team for a project': {
    of: (db) => tripsList(db, { teamId: 'e1', projectId: 'j1', state: 'submitted' }),
    by: 'trips_person',
    sorts: true,
  },
  'helpers of a project': { of: (db) => headcountsList(db, { projectId: 'j1' }), by: 'hours_headcounts_project' },
  'active people': { of: (db) => peopleList(db, { who: 'active', q: '' }), by: 'people_active' },
  'people called so': { of: (db) => peopleList(db, { who: 'active', q: 'nom7' }), by: 'people_active' },
  'invited people': { of: (db) => peopleList(db, { who: 'invited', q: '' }), by: 'people_invited' },
  'people whose data may not be used': {
    of: (db) => peopleList(db, { who: 'restricted', q: '' }),
    by: 'people_restricted',
  },
  'closed accounts': { of: (db) => peopleList(db, { who: 'closed', q: '' }), by: 'people_closed' },
  'the team': { of: (db) => peopleList(db, { who: 'team', q: '' }), by: 'people_roles', sorts: true },
  'the people of a team': {
    of: (db) => peopleList(db, { who: 'active', q: '', of: { projects: [], teams: ['t1'] } }),
    by: 'people_1',
    sorts: true,
  },
  'the people of a project': {
    of: (db) => peopleList(db, { who: 'active', q: '', project: 'j1' }),
    by: 'hours_entries_project_people',
    sorts: true,
  },
  'the people of a team who gave to a project': {
    of: (db) => peopleList(db, { who: 'active', q: '', of: { projects: [], teams: ['t1'] }, project: 'j1' }),
    by: 'people_1',
    sorts: true,
  },
  'everybody of a team': { of: (db) => peopleAmong(db, membersOf(['t1'])), by: 'people_1', sorts: true },
  'everybody with a role': { of: (db) => peopleAmong(db, holdersOfRole('r1')), by: 'people_1', sorts: true },
  'waiting applications': {
    of: (db) => applicationsList(db, { states: ['submitted', 'in_review'] }),
    by: 'applications_waiting',
  },
  'applications in line for a place': {
    of: (db) => applicationsList(db, { states: ['waitlisted', 'place_offered'] }),
    by: 'applications_line',
  },
  'answered applications': { of: (db) => applicationsList(db, { states: ['declined'] }), by: 'applications_answered' },
  'applications to one offer': {
    of: (db) => applicationsList(db, { states: ['declined'], offerId: 'o1' }),
    by: 'applications_offer',
    sorts: true,
  },
  'people who offer their help': {
    of: (db) => enquiriesList(db, { show: 'open', personId: '' }),
    by: 'enquiries_open',
  },
  'those whom somebody looks after': {
    of: (db) => enquiriesList(db, { show: 'mine', personId: 'p1' }),
    by: 'enquiries_open',
  },
  'those whose search is over': { of: (db) => enquiriesList(db, { show: 'over', personId: '' }), by: 'enquiries_over' },
  'words of volunteers': { of: (db) => testimonialsList(db, 'waiting'), by: 'testimonials_state' },
  'reports that wait': { of: (db) => reportsList(db, { show: 'open' }), by: 'offer_reports_open' },
  'reports that are settled': { of: (db) => reportsList(db, { show: 'done' }), by: 'offer_reports_done' },
  'requests for help': { of: (db) => helpList(db, { show: 'open', personId: '' }), by: 'help_requests_open' },
  'requests for help of which somebody takes care': {
    of: (db) => helpList(db, { show: 'mine', personId: 'p1' }),
    by: 'help_requests_open',
  },
  'requests for help that are done': {
    of: (db) => helpList(db, { show: 'done', personId: '' }),
    by: 'help_requests_done',
  },
  'own offers': { of: (db) => offersList(db, { filter: 'all' }, OWN), by: 'offers_updated' },
  'own offers that are online': { of: (db) => offersList(db, { filter: 'live' }, OWN), by: 'offers_updated' },
  'own offers called so': { of: (db) => offersList(db, { filter: 'all', q: 'lire' }, OWN), by: 'offers_updated' },
  'own offers by their end': { of: (db) => offersList(db, { filter: 'all', sort: 'end' }, OWN), by: 'offers_ending' },
  'own offers by what centres say': {
    of: (db) => offersList(db, { filter: 'all', sort: 'centre' }, OWN),
    by: 'offers_updated',
  },
  // Those in which the person is a further contact are few, and are put in order when they are read.
  'offers of a contact': { of: (db) => contactOffersList(db, 'p1'), by: 'offer[_s]*contact', sorts: true },
  'towns to check': { of: (db) => townsList(db, 'open'), by: 'typed_towns_open' },
  'towns that were checked': { of: (db) => townsList(db, 'settled'), by: 'typed_towns_settled' },
  'requests about data': {
    of: (db) => requestsList(db),
    by: 'privacy_requests_open',
  },
  incidents: { of: (db) => incidentsList(db), by: 'privacy_incidents_known' },
  mails: { of: (db) => mailsList(db, ['queued', 'sending']), by: 'mails_created' },
  'the trail': {
    of: (db) => trailList(db, { types: ['record.opened', 'person.invited'] }),
    by: 'events_type',
    sorts: true,
  },
  'the trail of some people': {
    of: (db) => trailList(db, { types: ['record.opened'], people: ['p1', 'p2'] }),
    by: 'events_subject',
    sorts: true,
  },
  'who looked': {
    of: (db) => openingsList(db, 'record.opened', { subjects: ['p1', 'p2'] }),
    by: 'events_subject',
    sorts: true,
  },
  ...Object.fromEntries(
    SHELVES.map((shelf) => [
      `offers to moderate: ${shelf}`,
      {
        of: (db: Db) => itemsList(db, { shelf }),
        by: `moderation_items_${shelf === 'all' ? 'newest' : shelf}`,
      },
    ]),
  ),
  'offers to moderate called so': {
    of: (db) => itemsList(db, { shelf: 'waiting', q: 'lire' }),
    by: 'moderation_items_waiting',
  },
  'refused offers about a cause': {
    of: (db) => itemsList(db, { shelf: 'refused', cause: 'education' }),
    by: 'moderation_items_newest',
  },
  'offers of one association': {
    of: (db) => itemsList(db, { shelf: 'all', association: 'https://a.example/actor' }),
    by: 'moderation_items_',
    sorts: true,
  },
}

describe.each(FIGURES)('with %s', (figures) => {
  let planned: Planned
  beforeAll(async () => {
    planned = await openPlanned(figures, { rows: 12_000, now: NOW })
  })
  afterAll(() => planned.db.destroy())

  it.each(Object.entries(LISTS))('%s', async (_name, { of, by, sorts }) => {
    const list = of(planned.db)
    const [first] = await list.place({ limit: 3 })
    const position = first?.position ?? { section: 0, keys: [NOW, NOW, NOW] }
    const ranges: Range[] = [{ limit: 20 }, { limit: 20, after: position }, { limit: 20, before: position }]
    for (const range of ranges) {
      const plans = await planned.plansOf(() => list.place(range))
      expect(plans.join('\n')).toMatch(new RegExp(`INDEX ${by}|sqlite_autoindex_${by}|SCAN people_roles`))
      expect(plans.filter((detail) => /^SCAN (?!k |json|\(|people_roles|r\b)(?!.*INDEX)/.test(detail))).toEqual([])
      if (!sorts) expect(plans.filter((detail) => detail.includes('B-TREE FOR ORDER BY'))).toEqual([])
    }
    const rows = await planned.plansOf(() => firstRows(list, 5))
    expect(rows.filter((detail) => /^SCAN (?!k |json|\(|people_roles|r\b)(?!.*INDEX)/.test(detail))).toEqual([])
  })

  it('offers that look alike are found by their keys', async () => {
    const plans = await planned.plansOf(() => listAlike(planned.db, 'i1', [1, 2, 3], 3))
    expect(plans.join('\n')).toContain('SEARCH moderation_likeness USING PRIMARY KEY (key=?)')
    expect(plans.filter((detail) => /^SCAN (?:i|v|p|moderation)/.test(detail))).toEqual([])
    const old = await planned.plansOf(() => listUncompared(planned.db, 20))
    expect(old.join('\n')).toContain('INDEX moderation_items_uncompared')
  })

  it('a period of the year is added up from its index alone', async () => {
    const plans = await planned.plansOf(() => sumApproved(planned.db, { from: '2026-01-01', until: '2026-01-10' }))
    expect(plans.join('\n')).toContain('USING COVERING INDEX hours_entries_sums')
  })
})
