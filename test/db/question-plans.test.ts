// SPDX-License-Identifier: AGPL-3.0-or-later
// Is what is asked of the long tables, beside their lists, answered from an index that leads to few rows?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as applications from '../../db/queries/applications.ts'
import * as attendance from '../../db/queries/attendance.ts'
import * as audit from '../../db/queries/audit.ts'
import * as sheets from '../../db/queries/hours-sheet.ts'
import * as hours from '../../db/queries/hours.ts'
import * as usual from '../../db/queries/usual-hours.ts'
import * as years from '../../db/queries/years.ts'
import * as gathered from '../../db/queries/gathered-mails.ts'
import * as incoming from '../../db/queries/incoming-mails.ts'
import * as mails from '../../db/queries/mails.ts'
import type { MailRow } from '../../db/queries/mails.ts'
import * as moderation from '../../db/queries/moderation.ts'
import * as offers from '../../db/queries/offers.ts'
import * as typed from '../../db/queries/typed-offers.ts'
import { keepToken } from '../../db/queries/tokens.ts'
import * as people from '../../db/queries/people.ts'
import { FIGURES, openPlanned, type Planned } from '../support/plans.ts'
import { readModules, withoutComments } from '../support/sources.ts'

const NOW = '2026-11-22T09:00:00.000Z'
type Db = Planned['db']
type Question = { ask: (db: Db) => Promise<unknown>; by: string }

const MOST = 10_000
const A = 'https://a.example/actor'
const unconfirmed = { offer_id: 'o1', email_key: 'k', given_name: 'A', family_name: 'B', phone: '', message: '' }
const look = { type: 'record.opened', actorId: 'p1', subjectId: 'p2', since: NOW }
const counted = (shelf: moderation.Shelf, by: string): Question => ({
  ask: (db) => moderation.countItems(db, { shelf }, MOST),
  by,
})
const KEY = 'sqlite_autoindex_'
const YEAR = { from: '2026-01-01', until: '2026-12-31' }
const TYPED = { person_id: 'p1', offer_id: '' }

/** By the name of the query; a second word tells two ways to ask apart. `by`: the index, or what its name begins with. */
const QUESTIONS: Record<string, Question> = {
  'hours.findEntry': { ask: (db) => hours.findEntry(db, 'h1', { personId: 'p1' }), by: `${KEY}hours_entries_1` },
  'hours.findEntryByForm': { ask: (db) => hours.findEntryByForm(db, 'f'), by: `${KEY}hours_entries` },
  'hours.countWaitingEntries': { ask: (db) => hours.countWaitingEntries(db, MOST), by: 'hours_entries_state' },
  'hours.countWaitingBetween': {
    ask: (db) => hours.countWaitingBetween(db, YEAR, MOST),
    by: 'hours_entries_state',
  },
  'years.findYear': { ask: (db) => years.findYear(db, YEAR), by: `${KEY}hours_years_1` },
  'years.findStatement': { ask: (db) => years.findStatement(db, 's'), by: `${KEY}hours_statements_1` },
  'years.findInForce': { ask: (db) => years.findInForce(db, YEAR), by: 'hours_statements_in_force' },
  'years.listInForce': { ask: (db) => years.listInForce(db), by: 'hours_statements_in_force' },
  'years.sumByLevel': { ask: (db) => years.sumByLevel(db, YEAR), by: 'hours_entries_sums' },
  'years.listProjectPeople': {
    ask: (db) => years.listProjectPeople(db, 's'),
    by: 'hours_statement_projects_one',
  },
  'years.listStatementLines': { ask: (db) => years.listStatementLines(db, 's'), by: 'hours_statement_lines_one' },
  'years.sumPeoplePart': {
    ask: (db) => years.sumPeoplePart(db, YEAR, '', MOST),
    by: 'hours_entries_person',
  },
  'years.listPeopleWithHours': {
    ask: (db) => years.listPeopleWithHours(db, YEAR, 'p1', MOST),
    by: 'hours_entries_person',
  },
  'years.listHoursOf': { ask: (db) => years.listHoursOf(db, 'p1', YEAR), by: 'hours_entries_person' },
  'hours.listDayLines': { ask: (db) => hours.listDayLines(db, '2026-01-02', ['p1', 'p2']), by: 'hours_entries_person' },
  'hours.hasOthersInYear': { ask: (db) => hours.hasOthersInYear(db, '2025'), by: 'hours_entries_day' },
  'sheet.listPeopleOfSheet': {
    ask: (db) => sheets.listPeopleOfSheet(db, ['p1', 'p2'], 'everyone'),
    by: 'sqlite_autoindex_people_1',
  },
  'sheet.listAcceptedPeople': { ask: (db) => sheets.listAcceptedPeople(db, 'o1', MOST), by: 'applications_offer' },
  'sheet.listOffersForHours': {
    ask: (db) => sheets.listOffersForHours(db, MOST, 'o1', 'everyone'),
    by: 'offers_updated',
  },
  'sheet.findOfferForHours': { ask: (db) => sheets.findOfferForHours(db, 'o1'), by: `${KEY}offers_1` },
  'sheet.findCategoryOf': { ask: (db) => sheets.findCategoryOf(db, 'o1'), by: 'hours_entries_offer' },
  'hours.sumApproved': {
    ask: (db) => hours.sumApproved(db, { from: '2026-01-01', until: '2026-01-10' }),
    by: 'hours_entries_sums',
  },
  'hours.countWaitingEntries, of a project': {
    ask: (db) => hours.countWaitingEntries(db, MOST, { projectId: 'j1' }),
    by: 'hours_entries_project',
  },
  'hours.countWaitingEntries, of a team and a project': {
    ask: (db) => hours.countWaitingEntries(db, MOST, { projectId: 'j1', teamId: 'e1' }),
    by: 'hours_entries_person',
  },
  'hours.hasWaitingEntries': {
    ask: (db) => hours.hasWaitingEntries(db, { kind: 'project', id: 'j1' }),
    by: 'hours_entries_project',
  },
  'hours.hasWaitingEntries, of a team': {
    ask: (db) => hours.hasWaitingEntries(db, { kind: 'team', id: 'e1' }),
    by: 'hours_entries_person',
  },
  'hours.listApproved': { ask: (db) => hours.listApproved(db, 2026, 'p1'), by: 'hours_entries_person' },
  'hours.waitingByMonth': { ask: (db) => hours.waitingByMonth(db, 2026, 'p1'), by: 'hours_entries_person' },
  'hours.listYears': { ask: (db) => hours.listYears(db), by: 'hours_entries_sums' },
  'hours.recentCategories': { ask: (db) => hours.recentCategories(db, 'p1'), by: 'hours_entries_person' },
  'hours.listOffersOf': { ask: (db) => hours.listOffersOf(db, 'p1'), by: 'applications_person' },
  'hours.countOtherApprovers': {
    ask: (db) => hours.countOtherApprovers(db, { person_id: 'p1', project_id: 'j1' }),
    by: `${KEY}people_1`,
  },
  'hours.listUsualPart': {
    ask: (db) => usual.listUsualPart(db, YEAR, YEAR, '', 100),
    by: 'hours_entries_person',
  },
  'hours.findUsual': { ask: (db) => usual.findUsual(db, 'p1', '2026-10'), by: `${KEY}usual_hours_1` },
  'hours.findUsualProject': {
    ask: (db) => usual.findUsualProject(db, { person_id: 'p1', category_id: 'c', offer_id: null, minutes: 60 }),
    by: 'hours_entries_person',
  },
  'hours.sumApprovedOf': { ask: (db) => usual.sumApprovedOf(db, 'p1'), by: 'hours_entries_person' },
  'hours.listNames': { ask: (db) => hours.listNames(db, ['p1', 'p2']), by: `${KEY}people_1` },
  'applications.findApplication': {
    ask: (db) => applications.findApplication(db, 'accepted1'),
    by: `${KEY}applications_1`,
  },
  'applications.findApplicationByToken': {
    ask: (db) => applications.findApplicationByToken(db, 'h', NOW),
    by: `${KEY}applications_1`,
  },
  'applications.findLiveApplication': {
    ask: (db) => applications.findLiveApplication(db, 'o1', { email_key: 'k', given_name: 'A', family_name: 'B' }),
    by: 'applications_',
  },
  'applications.hasUnconfirmedTwin': {
    ask: (db) => applications.hasUnconfirmedTwin(db, unconfirmed, NOW),
    by: 'applications_',
  },
  'applications.countApplications, waiting': {
    ask: (db) => applications.countApplications(db, { states: ['submitted'] }, MOST),
    by: 'applications_waiting',
  },
  'applications.countApplications, of an offer': {
    ask: (db) => applications.countApplications(db, { states: ['declined'], offerId: 'o1' }, MOST),
    by: 'applications_offer',
  },
  'applications.listOffersAppliedTo': {
    ask: (db) => applications.listOffersAppliedTo(db, 20, 'o1'),
    by: 'offers_updated',
  },
  'moderation.listAnswerDelays': { ask: (db) => moderation.listAnswerDelays(db, 40), by: 'moderation_items_delays' },
  'moderation.countItems, called so': {
    ask: (db) => moderation.countItems(db, { shelf: 'refused', q: 'lire' }, MOST),
    by: 'moderation_items_newest',
  },
  'applications.listOffersTakingPeople': {
    ask: (db) => applications.listOffersTakingPeople(db, NOW, 200),
    by: 'offers_state',
  },
  'attendance.listOffersBeginning': {
    ask: (db) => attendance.listOffersBeginning(db, { from: '2026-11-23', until: '2026-11-24' }),
    by: 'offers_first_day',
  },
  'attendance.listOffersEnded': {
    ask: (db) => attendance.listOffersEnded(db, { from: '2026-11-08', until: '2026-11-21' }),
    by: 'offers_last_day',
  },
  'attendance.listToTell': {
    ask: (db) => attendance.listToTell(db, 'o1', { column: 'asked_for', day: '2026-11-21', limit: 20 }),
    by: 'applications_',
  },
  'attendance.listAttending': { ask: (db) => attendance.listAttending(db, 'o1', 200), by: 'applications_offer' },
  'attendance.countAttending': { ask: (db) => attendance.countAttending(db, 'o1'), by: 'applications_offer' },
  'applications.countSeatsTaken': { ask: (db) => applications.countSeatsTaken(db, 'o1'), by: 'applications_' },
  'applications.findFirstInLine': {
    ask: (db) => applications.findFirstInLine(db, 'o1', 2),
    by: 'applications_line_of',
  },
  'applications.findRankInLine': {
    ask: (db) => applications.findRankInLine(db, { id: 'a', offer_id: 'o1', waitlisted_at: NOW }),
    by: 'applications_line_of',
  },
  'applications.countGoneBefore': {
    ask: (db) => applications.countGoneBefore(db, { offer_id: 'o1', waitlisted_at: NOW }, NOW),
    by: 'applications_offer',
  },
  'applications.countInLine': { ask: (db) => applications.countInLine(db, 'o1'), by: 'applications_line_of' },
  'applications.listHeldUntil': { ask: (db) => applications.listHeldUntil(db, NOW, 20), by: 'applications_held' },
  'applications.listOffersWithLine': {
    ask: (db) => applications.listOffersWithLine(db, '', 20),
    by: 'applications_line_of',
  },
  'applications.listAcceptedIds': { ask: (db) => applications.listAcceptedIds(db, 'o1'), by: 'applications_' },
  'applications.listAnswerDelays': {
    ask: (db) => applications.listAnswerDelays(db, 100),
    by: 'applications_first_answers',
  },
  'applications.listWaitingSince': {
    ask: (db) => applications.listWaitingSince(db, NOW, { limit: 20 }),
    by: 'applications_waiting',
  },
  'applications.listUnconfirmed': {
    ask: (db) => applications.listUnconfirmed(db, { from: '2026-01-01', until: NOW }, { limit: 20 }),
    by: 'applications_state',
  },
  'applications.countUnconfirmed': { ask: (db) => applications.countUnconfirmed(db, '', MOST), by: 'applications_' },
  'applications.countUnconfirmed, of an offer': {
    ask: (db) => applications.countUnconfirmed(db, 'o1', MOST),
    by: 'applications_offer',
  },
  'applications.listWaitingOf': { ask: (db) => applications.listWaitingOf(db, 'o1'), by: 'applications_offer' },
  'applications.findMemberListing': { ask: (db) => applications.findMemberListing(db, 'x'), by: `${KEY}listings` },
  'audit.hasOpened': { ask: (db) => audit.hasOpened(db, look), by: 'events_subject' },
  'audit.listApplicationsOf': { ask: (db) => audit.listApplicationsOf(db, 'p1'), by: 'applications_person' },
  'mails.listKnownMails': { ask: (db) => mails.listKnownMails(db, ['kept1']), by: `${KEY}mails` },
  'hours.countWaitingHours': { ask: (db) => hours.countWaitingHours(db, NOW), by: 'hours_entries_waiting' },
  'mails.findLastOf': { ask: (db) => gathered.findLastOf(db, 'p1 moderation'), by: 'mails_bundle' },
  'mails.hasCompany': {
    ask: (db) => gathered.hasCompany(db, { bundle: 'p1 moderation', to_email: 'a@example.org' } as MailRow, NOW),
    by: 'mails_bundle',
  },
  'mails.findMailAbout': { ask: (db) => mails.findMailAbout(db, 'application:a1'), by: 'mails_about' },
  'mails.findConfirmationTo': { ask: (db) => mails.findConfirmationTo(db, 'a@example.org'), by: 'mails_to' },
  'mails.findMail': { ask: (db) => mails.findMail(db, 'kept1'), by: `${KEY}mails_1` },
  'mails.hasIncoming': { ask: (db) => incoming.hasIncoming(db, 'k'), by: `${KEY}incoming_mails_1` },
  'mails.sumIncoming': { ask: (db) => incoming.sumIncoming(db, '2026-10-23'), by: `${KEY}incoming_counts_1` },
  'mails.listSetAside': { ask: (db) => incoming.listSetAside(db, 50), by: 'incoming_mails_set_aside' },
  'mails.countSetAside': { ask: (db) => incoming.countSetAside(db), by: 'incoming_mails_set_aside' },
  'mails.listSetAsideBefore': {
    ask: (db) => incoming.listSetAsideBefore(db, NOW, 200),
    by: 'incoming_mails_set_aside',
  },
  'mails.countMailsByState': { ask: (db) => mails.countMailsByState(db), by: 'mails_' },
  'moderation.findItem': { ask: (db) => moderation.findItem(db, 'm1'), by: `${KEY}moderation_items_1` },
  'moderation.findItemOfOffer': { ask: (db) => moderation.findItemOfOffer(db, 'x'), by: `${KEY}moderation_items` },
  'moderation.findItemLine': { ask: (db) => moderation.findItemLine(db, 'm1'), by: `${KEY}moderation_items_1` },
  'moderation.listRefusableOf': { ask: (db) => moderation.listRefusableOf(db, A), by: 'moderation_items_' },
  'moderation.listAskedBefore': { ask: (db) => moderation.listAskedBefore(db, NOW), by: 'moderation_items_' },
  'moderation.listItemsOf': { ask: (db) => moderation.listItemsOf(db, A, 'm1', 10), by: 'moderation_items_of' },
  'moderation.countItems, waiting': counted('waiting', 'moderation_items_waiting'),
  'moderation.countItems, asked': counted('asked', 'moderation_items_asked'),
  'moderation.countItems, online': counted('online', 'moderation_items_online'),
  'moderation.countItems, refused': counted('refused', 'moderation_items_refused'),
  'moderation.countItems, gone': counted('gone', 'moderation_items_gone'),
  'moderation.countItems, of an association': {
    ask: (db) => moderation.countItems(db, { shelf: 'all', association: A }, MOST),
    by: 'moderation_items_(association|of|sender)',
  },
  'moderation.listSenders': { ask: (db) => moderation.listSenders(db), by: 'moderation_items_sender' },
  'moderation.listDecisionsAbout': {
    ask: (db) => moderation.listDecisionsAbout(db, A, 5),
    by: 'moderation_items_(association|of|sender)',
  },
  'moderation.countDecisionsAbout': {
    ask: (db) => moderation.countDecisionsAbout(db, A),
    by: 'moderation_items_(association|of|sender)',
  },
  'offers.findOffer': { ask: (db) => offers.findOffer(db, 'o1'), by: `${KEY}offers_1` },
  'offers.listOffersEndingBefore': { ask: (db) => offers.listOffersEndingBefore(db, NOW), by: 'offers_' },
  'offers.listOffersClosedBefore': { ask: (db) => offers.listOffersClosedBefore(db, 'closed', NOW), by: 'offers_' },
  'offers.listDraftsLeft': { ask: (db) => offers.listDraftsLeft(db, '2026-10-01', NOW), by: 'offers_' },
  'offers.listOffersToReopen': { ask: (db) => offers.listOffersToReopen(db, '2026-11-22'), by: 'offers_' },
  'offers.listPublicOffers': { ask: (db) => offers.listPublicOffers(db, 'o1', 10), by: `${KEY}offers_1` },
  'offers.listRecentContents': { ask: (db) => offers.listRecentContents(db, 20), by: `${KEY}offers_1` },
  'offers.findTypedRow': { ask: (db) => typed.findTypedRow(db, TYPED), by: `${KEY}typed_offers_1` },
  'offers.findTypedOffer': { ask: (db) => typed.findTypedOffer(db, TYPED), by: `${KEY}typed_offers_1` },
  'offers.listTypedOffers': { ask: (db) => typed.listTypedOffers(db, 'p1', 3), by: `${KEY}typed_offers_1` },
  'offers.countOpenApplications': { ask: (db) => offers.countOpenApplications(db, 'o1'), by: 'applications_' },
  'offers.countWaiting': { ask: (db) => offers.countWaiting(db, NOW, NOW), by: 'hours_entries_state' },
  'offers.listLinkableOffers': { ask: (db) => offers.listLinkableOffers(db, 50), by: 'offers_updated' },
  'people.listPeople': { ask: (db) => people.listPeople(db, ['p1', 'p2']), by: `${KEY}people_1` },
  'people.findPerson': { ask: (db) => people.findPerson(db, 'p1'), by: `${KEY}people_1` },
  'people.findFactorState': { ask: (db) => people.findFactorState(db, 'p1'), by: `${KEY}people_1` },
  'people.listPeopleByEmail': { ask: (db) => people.listPeopleByEmail(db, 'p1@a.example'), by: 'people_email' },
  'people.findPersonByNumber': { ask: (db) => people.findPersonByNumber(db, 100_001), by: `${KEY}people` },
  'people.listPeopleWith': { ask: (db) => people.listPeopleWith(db, 'moderation'), by: 'people_roles' },
  'people.listHelpers': { ask: (db) => people.listHelpers(db), by: 'people_keeping_help' },
  'people.countPeople, active': {
    ask: (db) => people.countPeople(db, { who: 'active', q: '' }, MOST),
    by: 'people_active',
  },
  'people.countPeople, the team': {
    ask: (db) => people.countPeople(db, { who: 'team', q: '' }, MOST),
    by: `${KEY}people_1`,
  },
}

/** Of tables that people fill by hand, and never with more than some dozens. */
const SHORT = ['hours.listCategories', 'hours.listLevels', 'hours.listRates', 'years.listStatements']
/** Lists: test/db/list-plans.test.ts. */
const isList = (name: string) => name.endsWith('List')
/** Also not from end to end of a whole index, but for one that holds just what is asked for, or in its order up to a limit. */
const LONG = /^SCAN (?:people|offers|hours_entries|applications|moderation_items|events|mails|entry|t|i|e|a)\b/
const FITS =
  /INDEX (?:\w+_(?:waiting|unread|asked|online|refused|gone|newest|delays|active|mails_due|keeping_help)|mails_due|sqlite_autoindex_offers_1|offers_updated)/

describe.each(FIGURES)('with %s', (figures) => {
  let planned: Planned
  beforeAll(async () => {
    planned = await openPlanned(figures, { rows: 12_000, now: NOW })
    const link = { hash: 'h', purpose: 'application', subject_id: 'accepted1' }
    await keepToken(planned.db, { ...link, created_at: NOW, expires_at: '2099' })
  })
  afterAll(() => planned.db.destroy())

  it.each(Object.entries(QUESTIONS))('%s', async (_name, { ask, by }) => {
    const plans = await planned.plansOf(() => ask(planned.db))
    expect(plans.join('\n')).toMatch(new RegExp(`INDEX ${by}`))
    expect(plans.filter((detail) => LONG.test(detail) && !FITS.test(detail))).toEqual([])
  })
})

it('no query that reads these tables is missing', () => {
  const files = [
    'hours',
    'years',
    'sheet',
    'applications',
    'attendance',
    'moderation',
    'mails',
    'people',
    'offers',
    'audit',
  ]
  const reading = /^export (?:async )?function ((?:find|list|count|has|sum|waiting|recent)\w*|\w+List)\b/gm
  const found = readModules(['db/queries']).flatMap(({ file, text }) => {
    const name = /(\w+)\.ts$/.exec(file)?.[1] ?? ''
    return files.includes(name) ? [...withoutComments(text).matchAll(reading)].map((one) => `${name}.${one[1]}`) : []
  })
  const named = [...Object.keys(QUESTIONS).map((name) => name.split(',')[0]!), ...SHORT]
  expect(found.filter((name) => !isList(name) && !named.includes(name))).toEqual([])
  expect(named.filter((name) => !found.includes(name))).toEqual([])
})
