// SPDX-License-Identifier: AGPL-3.0-or-later
// The indexes that answer queries on growing tables: before SQLite has statistics, with old ones, and with fresh ones.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type Database from 'better-sqlite3'
import { Kysely, type CompiledQuery } from 'kysely'
import { migrate } from '../../db/migrate.ts'
import { StableSqliteDialect } from '../../db/one-writer.ts'
import { openConnection } from '../../db/open.ts'
import * as counts from '../../db/queries/counts.ts'
import { nameChannels } from '../../db/queries/hours.ts'
import { instantOfEarlier } from '../../db/queries/events.ts'
import * as activities from '../../db/queries/fed-activities.ts'
import * as actors from '../../db/queries/fed-actors.ts'
import { listFollowerInboxes } from '../../db/queries/fed-fanouts.ts'
import * as deliveries from '../../db/queries/fed-deliveries.ts'
import * as known from '../../db/queries/known-peers.ts'
import { refreshFigures } from '../../db/queries/operator.ts'
import { listPeerLines } from '../../db/queries/peer-lines.ts'
import * as peers from '../../db/queries/peers.ts'
import { countMembers, listMembersAfter, listMembersPage, sumApprovedMinutes } from '../../db/queries/public-figures.ts'
import { deleteAnnouncesBefore } from '../../db/queries/sources.ts'
import type { Tables } from '../../db/schema.ts'
import { createOfferSearch } from '../../server/offer-search/offer-search.ts'
import { everything, type OfferFilter, type Sort } from '../../server/offer-search/query.ts'
import { matchExpression } from '../../server/public-offer/index-text.ts'
import { fillWithCrowd } from '../support/crowd.ts'

type Db = Kysely<Tables>
type Case = { ask: (db: Db) => Promise<unknown>; by: string[]; mayRead?: string[] }

const NOW = '2026-11-22T09:00:00.000Z'
const OLD = '2026-03-01T00:00:00.000Z'
const ACTOR = 'https://site-13.example/actors/13'
const HOST = 'site-13.example'
const HERE = 'https://here.example/actor'
const received = [{ id: 'x', actor: ACTOR, origin: 'https://site-13.example', object_id: 'https://x.example/offers/1' }]
const sight = { blocked: [{ key: 'example.site-1.example', port: '' }], allowed: null, parked: [] }
const take = {
  now: NOW,
  leaseUntil: NOW,
  most: 0,
  freeOf: () => 2,
  busy: [],
  perHost: 2,
  after: 'site-2',
  isForPartners: false,
}
const near = { points: [{ latitude: 47.3, longitude: 5, code: 'FR-21231' }], km: 20, remoteToo: false }
const found = (filter: Partial<OfferFilter>, sort: Sort) => (db: Db) =>
  createOfferSearch(db as never).find({
    filter: { ...everything(NOW), ...filter },
    sort,
    perPage: 20,
    page: 1,
    whole: {
      wider: [50],
      beside: 3,
      radii: [5, 50],
      soon: '2026-12-01T00:00:00.000Z',
      associations: 8,
      departments: ['FR-D21'],
      townsOf: 'FR-D21',
    },
  })
const turn = { now: NOW, except: [], most: 20 }

/** `by`: indexes that must be in the plan; `mayRead`: indexes that are read from end to end because all is asked. */
const cases: Record<string, Case> = {
  'what concerns us': { ask: (db) => activities.listOfConcern(db, received), by: ['fed_activities_waiting_actor'] },
  'actors with too much': {
    ask: (db) => activities.listOverfull(db, [ACTOR], 50),
    by: ['fed_activities_waiting_actor'],
  },
  'what waits of one actor': {
    ask: (db) => activities.listWaitingOf(db, ACTOR, 20),
    by: ['fed_activities_waiting_actor'],
  },
  'what waits for its meaning': {
    ask: (db) => activities.listWaiting(db, turn),
    by: ['fed_activities_waiting', 'fed_activities_waiting_actor'],
    mayRead: ['fed_activities_waiting'],
  },
  'what waits of partners': {
    ask: (db) => activities.listWaitingOfPartners(db, turn),
    by: ['affiliations_state', 'fed_activities_waiting_actor'],
  },
  'what was received long ago': {
    ask: (db) => activities.emptyReceivedBefore(db, OLD, 20),
    by: ['fed_activities_kept', 'fed_activities_parked'],
    mayRead: ['fed_activities_parked'],
  },
  'what was ignored long ago': {
    ask: (db) => activities.deleteIgnoredBefore(db, OLD, 20),
    by: ['fed_activities_ignored'],
  },
  'hours of a year': {
    ask: (db) => sumApprovedMinutes(db, { from: '2026-01-01', until: '2026-12-31' }),
    by: ['hours_entries_sums', 'hours_headcounts_day'],
  },
  'what waits for a host': {
    ask: (db) => activities.releaseWaiting(db, HOST),
    by: [],
    mayRead: ['fed_activities_waiting'],
  },
  'follows that ended': { ask: (db) => activities.deleteFollowsBefore(db, OLD, 20), by: ['fed_follows_ended'] },
  'inboxes of followers': {
    ask: (db) => listFollowerInboxes(db, { followed: HERE, after: 'https://f.example/2', most: 200 }),
    by: ['fed_follows_followed'],
  },
  'what was sent about a thing': {
    ask: (db) =>
      activities.findActivityAbout(db, { objectId: 'https://x.example/offers/1', types: ['Update'], direction: 'in' }),
    by: ['fed_activities_object'],
  },
  'whose key it is': { ask: (db) => actors.findHolderOfKey(db, `${ACTOR}#key`, HOST), by: ['fed_actors_key'] },
  'actors of long ago': { ask: (db) => actors.deleteActorsBefore(db, OLD, 20), by: ['fed_actors_fetched'] },
  'servers of long ago': { ask: (db) => actors.deletePeersBefore(db, OLD, 20), by: ['fed_peers_heard'] },
  'who is bound to us': {
    ask: (db) => actors.listBoundActors(db, HERE, HOST),
    by: ['fed_follows_followed'],
    mayRead: ['sqlite_autoindex_affiliations_2'],
  },
  'what is due': {
    ask: (db) => deliveries.claimDeliveries(db, take),
    by: ['fed_deliveries_ready', 'fed_deliveries_order'],
  },
  'what is due for partners': {
    ask: (db) => deliveries.claimDeliveries(db, { ...take, isForPartners: true }),
    by: ['affiliations_state', 'fed_deliveries_ready', 'fed_deliveries_order'],
  },
  'what has waited too long': { ask: (db) => deliveries.endDeliveries(db, OLD, NOW), by: ['fed_deliveries_end'] },
  'what nobody has come back for': { ask: (db) => deliveries.releaseLeases(db, NOW), by: ['fed_deliveries_'] },
  'deliveries per host': { ask: (db) => deliveries.countPerHost(db, [HOST]), by: ['fed_deliveries_host'] },
  'sites people decided about': {
    ask: (db) => peers.listDecidedPeers(db),
    by: ['fed_peers_decided'],
    mayRead: ['fed_peers_decided'],
  },
  'all sites': {
    ask: (db) => known.listKnownHosts(db, sight, {}, { limit: 20, offset: 0 }),
    by: ['fed_deliveries_host', 'fed_peers_trouble', 'fed_hosts_domain'],
    mayRead: ['fed_deliveries_host', 'fed_peers_trouble', 'fed_hosts_domain', 'fed_hosts'],
  },
  'sites called so': {
    ask: (db) => known.countKnown(db, sight, { search: { words: 'personne 7', called: [], partners: [] } }),
    by: ['fed_actors_named', 'fed_deliveries_host', 'fed_peers_trouble'],
    mayRead: ['fed_actors_named', 'fed_deliveries_host', 'fed_peers_trouble', 'fed_hosts_domain', 'fed_hosts'],
  },
  'some sites': { ask: (db) => listPeerLines(db, [HOST]), by: ['fed_actors_named', 'fed_deliveries_host'] },
  'the members of a page': {
    ask: async (db) => {
      const [last] = await listMembersPage(db, { limit: 1, offset: 3 })
      await countMembers(db)
      await listMembersAfter(db, last, 20)
    },
    by: ['affiliations_state'],
  },
  'announces taken back': { ask: (db) => deleteAnnouncesBefore(db, OLD, 20), by: ['offer_announces_undone'] },
  'what was counted': {
    ask: (db) => counts.addCounted(db, [{ day: '2026-11-22', offerId: 'o', channel: 'own', views: 1 }]),
    by: [],
  },
  'hours of an offer are counted': {
    ask: (db) => counts.addHours(db, [{ day: '2026-11-22', offerId: 'o', channel: 'own', minutes: 60 }]),
    by: ['hours_entries_offer'],
  },
  'where people found the offer of their hours': {
    ask: (db) => nameChannels(db, ['h1', 'h2']),
    by: ['sqlite_autoindex_hours_entries_1', 'applications_person'],
  },
  'what was shown': {
    ask: (db) => counts.addShown(db, [{ day: '2026-11-22', offer: 'o', impressions: 1, views: 1 }]),
    by: [],
  },
  'what a partner sends again': {
    ask: (db) => counts.replaceReport(db, { reporter: ACTOR, document: 'd', at: NOW, lines: [] }),
    by: ['reported_counts_document'],
  },
  'an earlier event': {
    ask: (db) => instantOfEarlier(db, { type: 'application.confirmed', seq: 50_000 }, 3),
    by: ['events_type'],
  },
  'an earlier event about one thing': {
    ask: (db) => instantOfEarlier(db, { type: 'application.confirmed', seq: 50_000, subject: 's7' }, 3),
    by: ['events_subject'],
  },
}

/** What visitors search, from the first reading of all listings on. */
Object.assign(cases, {
  'the newest offers': { ask: found({}, 'newest'), by: [] },
  'offers with a word': { ask: found({ match: matchExpression('lire 12') }, 'relevance'), by: [] },
  'offers nearby': { ask: found({ near }, 'distance'), by: [] },
  'offers but for one': {
    ask: found({ except: 'https://x.example/offers/7' }, 'newest'),
    by: ['sqlite_autoindex_listings_2'],
  },
  'offers online': { ask: (db) => createOfferSearch(db as never).listOnline(NOW, { before: 99_999 }, 21), by: [] },
  'when the list last changed': {
    ask: (db) => createOfferSearch(db as never).lastChange(NOW),
    by: [],
    mayRead: ['events'],
  },
} satisfies Record<string, Case>)

/** `table` or `table by index`; reading a list that came with the query is no scan. */
function scans(details: string[], sql: string): string[] {
  const named = [
    ...sql.matchAll(
      /\b(?:from|join|update)\s+"?(\w+)"?(?:\s+(?:as\s+)?"?(?!where|join|cross|left|on|indexed|order|set|group|limit)(\w+)"?)?/gi,
    ),
  ]
  const tables = new Map(
    named.flatMap(([, table = '', alias]) => [[table, table] as const, [alias ?? table, table] as const]),
  )
  return details.flatMap((detail) => {
    const [, name = '', index] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(detail) ?? []
    const table = tables.get(name)
    return table && GROWING.has(table) ? [index ?? table] : []
  })
}

const GROWING = new Set(
  (
    'fed_activities fed_actors fed_deliveries fed_peers fed_hosts fed_follows events offer_announces moderation_items ' +
    'affiliations listings listing_state listing_changes offer_counts offer_hours hours_entries applications shown_counts reported_counts month_counts ' +
    'counted_offers'
  ).split(' '),
)

describe.each(['no figures', 'figures of when it was small', 'fresh figures'])('with %s', (figures) => {
  let connection: Database.Database
  let db: Db
  const asked: CompiledQuery[] = []
  beforeAll(async () => {
    connection = openConnection(':memory:')
    migrate(connection, NOW)
    db = new Kysely<Tables>({
      dialect: new StableSqliteDialect({ database: connection }),
      log: ({ query }) => void asked.push(query),
    })
    if (figures === 'figures of when it was small') {
      fillWithCrowd(connection, 0.001)
      await refreshFigures(db)
    }
    fillWithCrowd(connection, 1, 1000)
    if (figures === 'fresh figures') await refreshFigures(db)
  })
  afterAll(() => db.destroy())

  it.each(Object.entries(cases))('%s is found by its indexes', async (_what, { ask, by, mayRead = [] }) => {
    asked.length = 0
    await db.connection().execute(async (one) => {
      connection.exec('BEGIN')
      await ask(one)
      connection.exec('ROLLBACK')
    })
    const plans = asked.map(({ sql, parameters }) => ({
      sql,
      details: connection
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...parameters)
        .map((row) => (row as { detail: string }).detail),
    }))
    const all = plans.flatMap(({ details }) => details)
    expect(all.length).toBeGreaterThan(0)
    const faults = [
      ...plans.flatMap(({ details, sql }) => scans(details, sql)).filter((name) => !mayRead.includes(name)),
      ...by.filter(
        (index) => !all.some((detail) => new RegExp(`INDEX ${index}${index.endsWith('_') ? '' : '\\b'}`).test(detail)),
      ),
    ]
    expect(faults.length > 0 ? [...faults, ...all] : []).toEqual([])
  })
})
