// SPDX-License-Identifier: AGPL-3.0-or-later
// Does every query that is given a list take one of any length? SQLite binds at most 32 766 values in one statement.
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { CompiledQuery } from 'kysely'
import { migrate } from '../../db/migrate.ts'
import { firstRows, type KeyedList } from '../../db/keyset.ts'
import { openConnection, openDb, inTransaction, type Db } from '../../db/open.ts'
import * as alerts from '../../db/queries/alerts.ts'
import { deleteMessagesOf } from '../../db/queries/application-messages.ts'
import { historyList } from '../../db/queries/association-history.ts'
import * as affiliations from '../../db/queries/affiliations.ts'
import * as applications from '../../db/queries/applications.ts'
import * as audit from '../../db/queries/audit.ts'
import * as counts from '../../db/queries/counts.ts'
import * as demo from '../../db/queries/demo.ts'
import * as activities from '../../db/queries/fed-activities.ts'
import { hasActivePerson } from '../../db/queries/offer-changes.ts'
import { listUnreached } from '../../db/queries/offer-contacts.ts'
import { findPictureCopies } from '../../db/queries/picture-copies.ts'
import { listOpenAmong } from '../../db/queries/reports.ts'
import { deleteTestimonialsOf } from '../../db/queries/testimonials.ts'
import { findPartnerLogos } from '../../db/queries/partner-logos.ts'
import * as actors from '../../db/queries/fed-actors.ts'
import * as deliveries from '../../db/queries/fed-deliveries.ts'
import * as fanOuts from '../../db/queries/fed-fanouts.ts'
import * as hosts from '../../db/queries/fed-hosts.ts'
import * as figures from '../../db/queries/figures.ts'
import { recordAll } from '../../db/queries/events.ts'
import * as figuresOfHours from '../../db/queries/hours-figures.ts'
import * as sheets from '../../db/queries/hours-sheet.ts'
import { listCecPeople, listWithinReach } from '../../db/queries/cec.ts'
import * as hours from '../../db/queries/hours.ts'
import { listTripCorrections } from '../../db/queries/trips.ts'
import * as known from '../../db/queries/known-peers.ts'
import { listAlike } from '../../db/queries/likeness.ts'
import { readReach } from '../../db/queries/reach.ts'
import { deleteWelcomeOf } from '../../db/queries/welcome.ts'
import { listUris } from '../../db/queries/listing-state.ts'
import { scoreMatches } from '../../db/queries/listing-words.ts'
import * as listings from '../../db/queries/listings.ts'
import { deleteGuardiansOf } from '../../db/queries/guardians.ts'
import * as imports from '../../db/queries/imports.ts'
import { listOwnIds, listSameRows } from '../../db/queries/offer-imports.ts'
import * as invitations from '../../db/queries/invitations.ts'
import * as mails from '../../db/queries/mails.ts'
import * as moderation from '../../db/queries/moderation.ts'
import * as offers from '../../db/queries/offers.ts'
import * as lines from '../../db/queries/peer-lines.ts'
import * as peers from '../../db/queries/peers.ts'
import * as personal from '../../db/queries/personal.ts'
import * as people from '../../db/queries/people.ts'
import { listRolesOf } from '../../db/queries/roles.ts'
import { listTeams } from '../../db/queries/teams.ts'
import * as shared from '../../db/queries/shared-counts.ts'
import * as submissions from '../../db/queries/submissions.ts'
import * as sources from '../../db/queries/sources.ts'
import { samplePublicOffer } from '../support/offers.ts'
import { readModules, withoutComments } from '../support/sources.ts'

const MANY = 100_000
const PARTY = { given_name: '', family_name: '', email: '', phone: '', joined_on: null }
const JUDGED: Omit<imports.Judged, 'line'> = {
  verdict: 'good',
  faults: [],
  name_key: '',
  day: null,
  minutes: null,
  note: '',
  category: '',
  level: '',
  project: '',
  place: '',
}
const FILE = { id: 'import', tool: 'table', file_name: '', headings: '[]', columns: '[]', state: 'ready' } as const
/** A file, for what belongs to one. */
const addFile = (tx: Db) => imports.insertImport(tx, { ...FILE, last_line: 1, rows: 1, created_at: NOW })
const NOW = '2026-11-22T09:00:00.000Z'
const numbers = Array.from({ length: MANY }, (_, at) => at)
const ids = numbers.map((at) => `id-${at}`)
const names = numbers.map((at) => `site-${at}.example`)
const domains = names.map((host) => ({ key: host, port: '' }))
const sight = { blocked: domains, allowed: names, parked: names }
const filter = { hosts: names, search: { words: 'a', called: names, partners: names } }
const activity = (direction: 'in' | 'out') =>
  ids.map((id) => ({
    id,
    direction,
    type: 'Note',
    actor: 'https://a.example/1',
    object_id: null,
    body: '{}',
    at: NOW,
    state: 'done' as const,
  }))
const fanOut = { activity_id: 'a', order_key: 'k', followed: null, after: '', inboxes: ids }
const turn = { now: NOW, except: ids, most: 20 }
const take = {
  now: NOW,
  leaseUntil: NOW,
  most: MANY,
  freeOf: () => MANY,
  busy: names,
  perHost: MANY,
  after: '',
  isForPartners: false,
}
const delivery = (activityId: string, host: string) => ({
  activity_id: activityId,
  inbox: `https://${host}/inbox`,
  host,
  order_key: 'k',
  state: 'waiting' as const,
  not_before: NOW,
  ends_at: '2027-01-01T00:00:00.000Z',
  created_at: NOW,
})
const day = '2026-11-22'

/** Each is called with lists of 100 000, in a transaction that is rolled back. */
const QUERIES: Record<string, (tx: Db) => Promise<unknown>> = {
  'application-messages.deleteMessagesOf': (tx) => deleteMessagesOf(tx, ids),
  'alerts.listAlertsOf': (tx) => alerts.listAlertsOf(tx, ids),
  'mails.deleteWaitingMails': (tx) => mails.deleteWaitingMails(tx, ids),
  'submissions.listAnswersAbout': (tx) => submissions.listAnswersAbout(tx, ids),
  'affiliations.listAffiliationLines': (tx) => affiliations.listAffiliationLines(tx, ids),
  'audit.trailList': (tx) => readAll(audit.trailList(tx, { types: ['record.opened'], people: ids })),
  'audit.openingsList': (tx) => readAll(audit.openingsList(tx, 'record.opened', { subjects: ids })),
  'counts.addCounted': (tx) =>
    counts.addCounted(
      tx,
      ids.map((offerId) => ({ day, offerId, channel: 'own', views: 1 })),
    ),
  'counts.addHours': (tx) =>
    counts.addHours(
      tx,
      ids.map((offerId) => ({ offerId, day: '2026-11-20', channel: 'own', minutes: 60 })),
    ),
  'counts.addShown': (tx) =>
    counts.addShown(
      tx,
      ids.map((offer) => ({ day, offer, impressions: 1, views: 1 })),
    ),
  'counts.replaceReport': (tx) => {
    const sums = { impressions: 1, views: 1, apply_starts: 0, applications: 0, accepted: 0 }
    return counts.replaceReport(tx, {
      reporter: 'r',
      document: 'd',
      at: NOW,
      lines: ids.map((offer) => ({ day, offer, ...sums })),
    })
  },
  'counts.noteOffers': (tx) => counts.noteOffers(tx, ids),
  'demo.countDone': (tx) => demo.countDone(tx, ids),
  'fed-activities.insertActivities': (tx) => activities.insertActivities(tx, activity('out')),
  'fed-activities.openActivities': (tx) => activities.openActivities(tx, activity('in')),
  'fed-activities.insertReceived': (tx) =>
    activities.insertReceived(
      tx,
      activity('in').map((one) => ({
        ...one,
        is_public: 0 as const,
        state: 'waiting' as const,
        error: null,
        fetches: 0,
        signed_at: null,
      })),
    ),
  'fed-activities.forgetSaidBefore': (tx) =>
    activities.forgetSaidBefore(
      tx,
      activity('in').map((one) => ({
        ...one,
        is_public: 0 as const,
        state: 'waiting' as const,
        error: null,
        fetches: 0,
        signed_at: NOW,
      })),
    ),
  'fed-activities.listOfConcern': (tx) =>
    activities.listOfConcern(
      tx,
      ids.map((id) => ({ id, actor: id, origin: id, object_id: id })),
    ),
  'fed-activities.listOverfull': (tx) => activities.listOverfull(tx, ids, 10),
  'fed-activities.listBodies': (tx) => activities.listBodies(tx, ids),
  'fed-activities.listWaiting': (tx) => activities.listWaiting(tx, turn),
  'fed-activities.listWaitingOfPartners': (tx) => activities.listWaitingOfPartners(tx, turn),
  'fed-actors.listActors': (tx) => actors.listActors(tx, ids),
  'partner-logos.findPartnerLogos': (tx) => findPartnerLogos(tx, ids),
  'listings.listLinked': (tx) => listings.listLinked(tx, { uri: 'u', linked: ids }, NOW),
  'offer-changes.hasActivePerson': (tx) => hasActivePerson(tx, ids),
  'offer-contacts.listUnreached': (tx) => listUnreached(tx, ids),
  'people.listPeople': (tx) => people.listPeople(tx, ids),
  'roles.listRolesOf': (tx) => listRolesOf(tx, ids),
  'teams.listTeams': (tx) => listTeams(tx, ids),
  'testimonials.deleteTestimonialsOf': (tx) => deleteTestimonialsOf(tx, { id: 'p', email: 'a@example.net' }, ids),
  'reports.listOpenAmong': (tx) => listOpenAmong(tx, 'u', ids, 10),
  'picture-copies.findPictureCopies': (tx) => findPictureCopies(tx, 'u', ids),
  'fed-actors.saveActor': (tx) =>
    actors.saveActor(
      tx,
      {
        uri: 'https://a.example/1',
        host: 'a.example',
        type: 'Person',
        inbox: 'https://a.example/i',
        body: '{}',
        fetched_at: NOW,
      },
      ids.map((id) => ({ id, pem: 'p' })),
    ),
  'fed-actors.listAwayHosts': (tx) => actors.listAwayHosts(tx, names),
  'fed-deliveries.insertDeliveries': (tx) =>
    deliveries.insertDeliveries(
      tx,
      names.map((host) => delivery('one', host)),
    ),
  'fed-deliveries.claimDeliveries': async (tx) => {
    await deliveries.insertDeliveries(
      tx,
      ids.map((id) => delivery(id, 'b.example')),
    )
    // Each has its own order, so that all are due at once.
    await tx
      .updateTable('fed_deliveries')
      .set((eb) => ({ order_key: eb.ref('activity_id') }))
      .execute()
    expect(await deliveries.claimDeliveries(tx, take)).toHaveLength(MANY)
  },
  'fed-deliveries.countPerHost': (tx) => deliveries.countPerHost(tx, names),
  'fed-deliveries.listRefusing': (tx) => deliveries.listRefusing(tx, names, { kind: 'Announce', most: 3, since: '' }),
  'fed-deliveries.endRestOf': (tx) => deliveries.endRestOf(tx, names, NOW, NOW),
  'fed-deliveries.deleteDeliveries': (tx) => deliveries.deleteDeliveries(tx, numbers),
  'fed-hosts.listHostsOf': (tx) =>
    hosts.listHostsOf(
      tx,
      names.map((host) => ({ host })),
    ),
  'fed-hosts.unlistHostsOf': (tx) =>
    hosts.unlistHostsOf(
      tx,
      names.map((host) => ({ host })),
    ),
  'figures.listTitles': (tx) => figures.listTitles(tx, ids),
  'hours.entriesList': (tx) => readAll(hours.entriesList(tx, {})),
  'applications.applicationsList': (tx) => readAll(applications.applicationsList(tx, { states: ['accepted'] })),
  'mails.mailsList': (tx) => readAll(mails.mailsList(tx, ['sent'])),
  'moderation.itemsList': (tx) => readAll(moderation.itemsList(tx, { shelf: 'all' })),
  'offers.offersList': (tx) =>
    readAll(offers.offersList(tx, { filter: 'all' }, { now: NOW, home: 'https://a.example/offers/' })),
  'guardians.deleteGuardiansOf': (tx) => deleteGuardiansOf(tx, ids),
  'imports.insertRows': async (tx) => {
    await addFile(tx)
    await imports.insertRows(
      tx,
      'import',
      numbers.map((at) => [at, []] as const),
    )
  },
  'imports.insertParties': async (tx) => {
    await addFile(tx)
    await imports.insertParties(
      tx,
      'import',
      numbers.map((at) => ({ ...PARTY, line: at, name_key: `name ${at}` })),
    )
  },
  'imports.insertWords': async (tx) => {
    await addFile(tx)
    await imports.insertWords(
      tx,
      'import',
      ids.map((word) => ({ kind: 'category' as const, word, word_key: word })),
    )
  },
  'imports.judgeRows': async (tx) => {
    await addFile(tx)
    await imports.judgeRows(
      tx,
      'import',
      numbers.map((line) => ({ ...JUDGED, line })),
    )
  },
  'imports.listCandidates': (tx) => imports.listCandidates(tx, { names: ids, mailboxes: ids }),
  'imports.saveMatches': async (tx) => {
    await addFile(tx)
    await imports.saveMatches(
      tx,
      'import',
      numbers.map((number) => ({ number, verdict: 'new', person: null })),
    )
  },
  'imports.markFaulty': (tx) => imports.markFaulty(tx, 'none', numbers, '[]'),
  'imports.saveAdded': async (tx) => {
    await addFile(tx)
    const person = { id: 'p', member_number: 1, joined_on: '2026-11-22', created_at: NOW, updated_at: NOW }
    await tx.insertInto('people').values(person).execute()
    await imports.saveAdded(
      tx,
      'import',
      numbers.map((number) => ({ number, person: person.id })),
    )
  },
  'imports.saveThanked': (tx) =>
    imports.saveThanked(
      tx,
      ids.map((person) => ({ person, hours: 10 })),
    ),
  'offer-imports.listSameRows': (tx) => listSameRows(tx, ids),
  'offer-imports.listOwnIds': (tx) => listOwnIds(tx, ids),
  'cec.listCecPeople': (tx) => listCecPeople(tx, ids),
  'trips.listTripCorrections': (tx) => listTripCorrections(tx, ids),
  'cec.listWithinReach': (tx) => listWithinReach(tx, ids, { projects: ids, teams: ids }, 2026),
  'hours.listNames': (tx) => hours.listNames(tx, ids),
  'hours.nameChannels': (tx) => hours.nameChannels(tx, ids),
  'hours.listDayLines': (tx) => hours.listDayLines(tx, '2026-11-20', ids),
  'hours.insertEntries': (tx) => insertEntries(tx),
  'hours-figures.listThereBefore': (tx) => figuresOfHours.listThereBefore(tx, ids, '2026-01-01'),
  'hours-figures.nameProjects': (tx) => figuresOfHours.nameProjects(tx, ids),
  'hours-sheet.listPeopleOfSheet': (tx) => sheets.listPeopleOfSheet(tx, ids, { projects: ids, teams: ids }),
  'events.recordAll': (tx) =>
    recordAll(
      tx,
      ids.map((subject) => ({ type: 'hours.approved', at: NOW, subject })),
    ),
  'known-peers.countKnown': (tx) => known.countKnown(tx, sight, filter),
  'known-peers.listKnownHosts': (tx) => known.listKnownHosts(tx, sight, filter),
  'known-peers.countFollowersOf': (tx) => known.countFollowersOf(tx, 'me', sight, filter),
  'known-peers.countDeliveriesOf': (tx) => known.countDeliveriesOf(tx, sight, filter),
  'known-peers.deleteDeliveriesOf': (tx) => known.deleteDeliveriesOf(tx, sight, filter),
  'listings.saveListing': (tx) => saveListing(tx),
  'listings.listListingsNamed': (tx) => listings.listListingsNamed(tx, ids),
  'listings.listAssociationNames': (tx) => listings.listAssociationNames(tx, numbers),
  'listings.listListings': (tx) => listings.listListings(tx, numbers),
  'peer-lines.listPeerLines': (tx) => lines.listPeerLines(tx, names),
  'peer-lines.listFollowersOf': (tx) => lines.listFollowersOf(tx, 'me', names),
  'peers.ignoreUnsettledOf': (tx) => peers.ignoreUnsettledOf(tx, ids, 'blocked'),
  'people.peopleList': (tx) => searchManyPeople(tx),
  'applications.anonymiseEndedBefore': (tx) => endManyApplications(tx, 'declined'),
  'applications.deleteUnconfirmedBefore': (tx) => endManyApplications(tx, 'unconfirmed'),
  'shared-counts.listStandingAt': (tx) => shared.listStandingAt(tx, 'centre', ids),
  'shared-counts.listOffersOfMember': (tx) => shared.listOffersOfMember(tx, 'a', ids),
  'fed-fanouts.insertFanOut': (tx) => fanOuts.insertFanOut(tx, fanOut),
  'fed-fanouts.updateFanOut': (tx) => fanOuts.updateFanOut(tx, 1, fanOut),
  'association-history.historyList': (tx) => readAll(historyList(tx, { uri: 'u', affiliation: 'a' }, ids)),
  'likeness.listAlike': (tx) => listAlike(tx, 'i', numbers, 3),
  'reach.readReach': (tx) => readReach(tx, ids, 'o'),
  'welcome.deleteWelcomeOf': (tx) => deleteWelcomeOf(tx, ids),
  'listing-state.listUris': (tx) => listUris(tx, numbers),
  'listings.listStamps': (tx) => listings.listStamps(tx, numbers),
  'listing-words.scoreMatches': (tx) => scoreMatches(tx, '"a"', numbers),
  'invitations.listTakenUp': (tx) => invitations.listTakenUp(tx, 'o', ids),
  'mails.listKnownMails': (tx) => mails.listKnownMails(tx, ids),
  'personal.nameIds': (tx) => personal.nameIds(tx, ids),
  'sources.listApprovers': (tx) => sources.listApprovers(tx, ids),
}

const VALUES = 'the values of one form, kept as one text'
/** Lists that only our own code makes, from the words it knows: they cannot grow with the data. */
const CLOSED: Record<string, string> = {
  'applications.insertApplication': 'boxes that were ticked, kept as one text',
  'applications.countApplications': 'states',
  'attestations.insertAttestation': 'activities of one person and twelve skills, kept as texts',
  'attestations.saveSkills': 'twelve lines of one person, kept as one text',
  'audit.deleteTrailBefore': 'types of events',
  'enquiries.insertEnquiry': 'causes, days and parts of the day, kept as texts',
  'event-consumers.readNext': 'types of events',
  'fed-activities.findActivityAbout': 'types of activities',
  'gathered-mails.deleteWaitingNotices': 'kinds of notices',
  'likeness.saveLikeness': 'the words of one title, kept as one text',
  'likeness.saveVerdict': 'two offers',
  'invitations.listPastVolunteers': 'causes of one offer',
  'offer-changes.insertFirstRevision': 'centres we belong to, each in a statement of its own',
  'offer-contacts.saveFurtherContacts': 'people of the team, five at most',
  'people.listPeopleWith': 'rights',
  'roles.rolesIn': 'roles that were read, of one person',
  'roles.holdersOf': 'rights',
  'hours-reach.membersOf': 'teams of one person',
  'roles.saveRole': 'rights of one role, each in a statement of its own',
  'picture-copies.wantPictures': 'pictures of two texts of one offer, six at most',
  'requests.deleteWaitingMails': 'templates of mails',
  'shared-templates.replaceCentreTemplates': 'twenty models of one centre, each in a statement of its own',
  'tokens.keepTokens': 'one for each of the team who answers',
  'tokens.deleteTokensOf': 'purposes of links',
  'tokens.deleteTokensButFor': 'purposes of links',
  'trips.compareTripRates': 'values of a kilometre that people set by hand, kept as one text',
  'typed-offers.findTypedRow': VALUES,
  'typed-offers.findTypedOffer': VALUES,
  'typed-offers.saveTypedOffer': VALUES,
  'typed-offers.endTypedOffer': VALUES,
  'typed-towns.noteTowns': 'places of one offer, fifty at most as they are received, each in a statement of its own',
  'welcome.deleteWelcomeTick': 'sides of an application',
}
/** They are given no list, and read one that they pass on. */
const PASS_ON = new Set([
  'hours.entriesList',
  'moderation.itemsList',
  'offers.offersList',
  'people.peopleList',
  'applications.anonymiseEndedBefore',
  'applications.deleteUnconfirmedBefore',
])

let db: Db
beforeAll(() => {
  const connection = openConnection(':memory:')
  migrate(connection, NOW)
  db = openDb(connection)
})
afterAll(() => db.destroy())

async function insertEntries(tx: Db) {
  const person = { id: 'p', member_number: 1, joined_on: '', created_at: '', updated_at: '' }
  await tx.insertInto('people').values(person).execute()
  await hours.insertCategory(tx, { id: 'c', label: {}, valued: true, created_at: '' })
  const line = { person_id: 'p', worked_on: '2026-11-20', minutes: 60, category_id: 'c', created_at: '' }
  await hours.insertEntries(
    tx,
    ids.map((id) => ({ ...line, id, source: 'self' as const, state: 'submitted' as const })),
  )
}

class Undo extends Error {}

it.each(Object.entries(QUERIES))('%s takes a hundred thousand', async (_name, call) => {
  const work = inTransaction(db, async (tx) => {
    await call(tx)
    throw new Undo()
  })
  await expect(work).rejects.toThrow(Undo)
})

it('no query with a list is missing', () => {
  const found = listTakers()
  expect(found.length).toBeGreaterThan(50)
  expect(found.filter((name) => !(name in QUERIES) && !(name in CLOSED))).toEqual([])
  const named = [...Object.keys(QUERIES), ...Object.keys(CLOSED)]
  expect(named.filter((name) => !found.includes(name) && !PASS_ON.has(name))).toEqual([])
})

/** Exported functions of db/queries that have an array among their parameters, or in a type these name. */
function listTakers(): string[] {
  const modules = readModules(['db/queries']).map(({ file, text }) => ({ file, code: withoutComments(text) }))
  const alias =
    /^(?:export )?type (\w+)(?:<[^=]*>)? =([\s\S]*?)(?=\n(?:export|type|const|function|async)\b|$(?![\s\S]))/gm
  const types = new Map(modules.flatMap(({ code }) => [...code.matchAll(alias)].map((m) => [m[1]!, m[2]!] as const)))
  const hasList = (text: string, seen: readonly string[] = []): boolean =>
    /\[\]|\breadonly \[|Array</.test(text.replaceAll(/=>[^,)}\n]*/g, '')) ||
    [...text.matchAll(/\b[A-Z]\w+\b/g)].some(
      // Rows of tables hold no lists.
      ([name]) =>
        types.has(name) && !seen.includes(name) && !name.endsWith('Row') && hasList(types.get(name)!, [...seen, name]),
    )
  return modules.flatMap(({ file, code }) =>
    [...code.matchAll(/^export (?:async )?(?:function\*? (\w+)(?:<[^(]*>)?|const (\w+) = (?:async )?)\(/gm)]
      .filter((one) => hasList(parametersAt(code, one.index + one[0].length)))
      .map((one) => `${/(\S+)\/(\S+)\.ts/.exec(file)![2]}.${one[1] ?? one[2]}`),
  )
}

/** What stands between a bracket and the one that closes it. */
function parametersAt(code: string, from: number): string {
  let depth = 1
  let at = from
  for (; depth > 0; at += 1) {
    if ('([{'.includes(code[at]!)) depth += 1
    if (')]}'.includes(code[at]!)) depth -= 1
  }
  return code.slice(from, at - 1)
}

async function saveListing(tx: Db): Promise<void> {
  const offer = samplePublicOffer({ name: 'one' })
  const row = {
    public_id: 'p',
    offer_uri: offer.uri,
    home_url: offer.url,
    origin: 'member' as const,
    association_uri: 'a',
    association_name: 'A',
    association_url: 'https://a.example',
    revision: 1,
    title: 't',
    commitment: 'once',
    work_mode: 'on_site',
    applications: 'open' as const,
    status: 'confirmed' as const,
    remaining: null,
    visible_from: NOW,
    visible_until: NOW,
    starts_at: NOW,
    published_at: NOW,
    updated_at: NOW,
    content: { ...offer.content, association_mission: '' },
  }
  const words = { title: '', summary: '', body: '', association: '', places: '', terms: '' }
  const places = names.map((name) => ({
    place_code: null,
    name,
    department: null,
    region: null,
    latitude: null,
    longitude: null,
  }))
  const terms = ids.map((code) => ({ kind: 'cause', code }))
  await listings.saveListing(tx, row, { words, terms, places, typed: offer.content.places, at: NOW, listedAt: NOW })
}

async function readAll(list: KeyedList<unknown>): Promise<void> {
  await list.place({ limit: MANY })
  await list.read(numbers)
}

async function insertOffer(tx: Db): Promise<void> {
  await tx
    .insertInto('offers')
    .values({ id: 'o', state: 'closed', content: '{}', closed_at: NOW, created_at: NOW, updated_at: NOW })
    .execute()
}

const SERIES = `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${MANY})`

async function searchManyPeople(tx: Db): Promise<void> {
  await run(
    tx,
    `${SERIES} insert into people (id, member_number, joined_on, created_at, updated_at)
    select 'p' || i, i, '${day}', '${NOW}', '${NOW}' from n`,
  )
  expect(await firstRows(people.peopleList(tx, { q: '', who: 'active' }), MANY)).toHaveLength(MANY)
}

async function endManyApplications(tx: Db, state: 'declined' | 'unconfirmed'): Promise<void> {
  await insertOffer(tx)
  await run(
    tx,
    `${SERIES} insert into applications
      (id, offer_id, state, given_name, family_name, email, email_key, locale, created_at, decided_at, updated_at)
    select 'a' || i, 'o', '${state}', 'G', 'F', 'a' || i || '@b.example', 'a' || i || '@b.example', 'fr', '${NOW}', '${NOW}', '${NOW}' from n`,
  )
  const done =
    state === 'declined'
      ? await applications.anonymiseEndedBefore(tx, NOW, NOW, MANY)
      : await applications.deleteUnconfirmedBefore(tx, NOW, MANY)
  expect(done).toBe(MANY)
}

const run = (tx: Db, text: string) => tx.executeQuery(CompiledQuery.raw(text))
