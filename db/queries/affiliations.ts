// SPDX-License-Identifier: AGPL-3.0-or-later
// One row per relation and side: centres, members, sources and followers.
import { sql, type ExpressionBuilder, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { nameKey } from '../plain.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import { isAbout } from './public-figures.ts'

type Handle = Kysely<Tables>
export type AffiliationRow = Row<'affiliations'>
/** `shown` and `waiting`: numbers of offers; `is_other_kind`: no Mainforte site. */
export type AffiliationLine = AffiliationRow & {
  decider: string
  shown: number
  waiting: number
  is_other_kind: 0 | 1
}

export async function findAffiliation(db: Handle, id: string): Promise<AffiliationRow | undefined> {
  return db.selectFrom('affiliations').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function findAffiliationWith(
  db: Handle,
  partnerUri: string,
  partnerIs: AffiliationRow['partner_is'],
): Promise<AffiliationRow | undefined> {
  return db
    .selectFrom('affiliations')
    .selectAll()
    .where('partner_uri', '=', partnerUri)
    .where('partner_is', '=', partnerIs)
    .executeTakeFirst()
}

export async function listAffiliationsWith(db: Handle, partnerUri: string): Promise<AffiliationRow[]> {
  return db.selectFrom('affiliations').selectAll().where('partner_uri', '=', partnerUri).execute()
}

export async function listLiveAffiliations(db: Handle): Promise<AffiliationRow[]> {
  return db.selectFrom('affiliations').selectAll().where('state', 'in', ['asking', 'requested', 'active']).execute()
}

/** How many relations of one side live. */
export async function countLiveAffiliations(db: Handle, partnerIs: AffiliationRow['partner_is']): Promise<number> {
  const row = await db
    .selectFrom('affiliations')
    .select(sql<number>`count(*)`.as('count'))
    .where('partner_is', '=', partnerIs)
    .where('state', 'in', ['asking', 'requested', 'active'])
    .executeTakeFirstOrThrow()
  return row.count
}

/** The centre to which this association belongs; the first by name when there are several. */
export function findCentre(db: Handle): Promise<Pick<AffiliationRow, 'partner_name' | 'partner_url'> | undefined> {
  return db
    .selectFrom('affiliations')
    .select(['partner_name', 'partner_url'])
    .where('partner_is', '=', 'centre')
    .where('state', '=', 'active')
    .orderBy('search_key')
    .limit(1)
    .executeTakeFirst()
}

export async function insertAffiliation(tx: Handle, row: NewRow<'affiliations'>): Promise<void> {
  await tx
    .insertInto('affiliations')
    .values({ ...row, search_key: searchKey(row) })
    .execute()
}

/** Two spaces end the name, so that it stands before those that begin with it. */
const searchKey = ({ partner_name, partner_url }: Pick<AffiliationRow, 'partner_name' | 'partner_url'>) =>
  `${nameKey(partner_name)}  ${nameKey(partner_url.replace(/^https?:\/\//, ''))}`

export async function updateAffiliation(
  tx: Handle,
  row: Pick<AffiliationRow, 'id' | 'version'>,
  changes: Changes<'affiliations'>,
): Promise<void> {
  const now = await tx
    .updateTable('affiliations')
    .set({ ...changes, version: row.version + 1 })
    .where('id', '=', row.id)
    .returning(['partner_name', 'partner_url'])
    .executeTakeFirst()
  if (!now || (changes.partner_name === undefined && changes.partner_url === undefined)) return
  await tx
    .updateTable('affiliations')
    .set({ search_key: searchKey(now) })
    .where('id', '=', row.id)
    .execute()
}

/** The actors of members that agree to be shown with exact sums. */
export async function listExactMembers(db: Handle): Promise<string[]> {
  const rows = await db
    .selectFrom('affiliations')
    .select('partner_uri')
    .where('exact_sums', '=', 1)
    .where('partner_is', '=', 'member')
    .where('state', '=', 'active')
    .execute()
  return rows.map(({ partner_uri }) => partner_uri)
}

export async function findAffiliationLine(db: Handle, id: string): Promise<AffiliationLine | undefined> {
  return lines(db).where('affiliations.id', '=', id).executeTakeFirst()
}

const BY_STATE_AND_NAME = sql`
  case affiliations.state when 'requested' then 0 when 'asking' then 1 when 'active' then 2 else 3 end,
  search_key, partner_uri`

/** Part of a name or an address, as typed; '' finds all. */
const isCalled = (words: string) =>
  words.trim() !== '' && nameKey(words) === ''
    ? sql<boolean>`false`
    : sql<boolean>`instr(affiliations.search_key, ${nameKey(words)}) > 0`

/** Of members only. `state`: '' for all; an active one may be paused. `sector`: a code of causes, '' for all. */
export type MembersWanted = { state: '' | 'requested' | 'active' | 'paused' | 'past'; sector: string }
const EVERY: MembersWanted = { state: '', sector: '' }

const IN_STATE = {
  '': sql<boolean>`true`,
  requested: sql<boolean>`state = 'requested'`,
  active: sql<boolean>`(state = 'active' and paused_at is null)`,
  paused: sql<boolean>`(state = 'active' and paused_at is not null)`,
  past: sql<boolean>`state in ('refused', 'ended')`,
}

const isWanted = ({ state, sector }: MembersWanted) =>
  sql<boolean>`(partner_is <> 'member' or (${IN_STATE[state]} and ${sector === '' ? sql`true` : isAbout(sector)}))`

/**
 * One side: those that wait for an answer first, then the living ones by name, then the past.
 * @param asked `words`: only those that are called so; all of them when no range is given.
 */
export async function listAffiliationIds(
  db: Handle,
  partnerIs: AffiliationRow['partner_is'],
  {
    words = '',
    limit = -1,
    offset = 0,
    wanted = EVERY,
  }: { words?: string; limit?: number; offset?: number; wanted?: MembersWanted } = {},
): Promise<string[]> {
  const rows = await db
    .selectFrom('affiliations')
    .select('id')
    .where('partner_is', '=', partnerIs)
    .where(isCalled(words))
    .where(isWanted(wanted))
    .orderBy(BY_STATE_AND_NAME)
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map(({ id }) => id)
}

/** These relations, in the same order, with what is counted of each. */
export async function listAffiliationLines(db: Handle, ids: readonly string[]): Promise<AffiliationLine[]> {
  return lines(db).where('affiliations.id', 'in', inList(ids)).orderBy(BY_STATE_AND_NAME).execute()
}

export type AffiliationCounts = { all: number; found: number; requested: number }

/** By kind of partner; a kind without any is left out. */
export async function countAffiliations(
  db: Handle,
  words: string,
  wanted = EVERY,
): Promise<Map<AffiliationRow['partner_is'], AffiliationCounts>> {
  const rows = await db
    .selectFrom('affiliations')
    .select([
      'partner_is',
      sql<number>`count(*)`.as('all'),
      sql<number>`count(*) filter (where ${isCalled(words)} and ${isWanted(wanted)})`.as('found'),
      sql<number>`count(*) filter (where state = 'requested')`.as('requested'),
    ])
    .groupBy('partner_is')
    .execute()
  return new Map(rows.map(({ partner_is, ...counts }) => [partner_is, counts]))
}

function lines(db: Handle) {
  return db
    .selectFrom('affiliations')
    .leftJoin('people', 'people.id', 'affiliations.decided_by')
    .leftJoin('fed_actors as actor', 'actor.uri', 'affiliations.partner_uri')
    .selectAll('affiliations')
    .select((eb) => [
      sql<0 | 1>`coalesce(actor.role = 'other', 0)`.as('is_other_kind'),
      sql<string>`coalesce(trim(people.given_name || ' ' || people.family_name), '')`.as('decider'),
      sql<number>`case partner_is when 'member' then ${sentBy(eb).where(
        'item.accepted_revision',
        'is not',
        null,
      )} when 'source' then ${announcedBy(eb).where('item.accepted_revision', 'is not', null)} when 'centre' then ${eb
        .selectFrom('submissions as sent')
        .select((one) => one.fn.countAll<number>().as('n'))
        .whereRef('sent.centre_uri', '=', 'affiliations.partner_uri')
        .where('sent.state', '=', 'accepted')} else 0 end`.as('shown'),
      sql<number>`case partner_is when 'member' then ${sentBy(eb).where('item.state', 'in', [
        'pending',
        'in_review',
      ])} when 'source' then ${announcedBy(eb).where('item.state', 'in', [
        'pending',
        'in_review',
      ])} when 'centre' then ${eb
        .selectFrom('submissions as sent')
        .select((one) => one.fn.countAll<number>().as('n'))
        .whereRef('sent.centre_uri', '=', 'affiliations.partner_uri')
        .where('sent.state', '=', 'sent')} else 0 end`.as('waiting'),
    ])
}

type Line = ExpressionBuilder<Tables, 'affiliations'>

function sentBy(eb: Line) {
  return eb
    .selectFrom('moderation_items as item')
    .select((one) => one.fn.countAll<number>().as('n'))
    .whereRef('item.association_uri', '=', 'affiliations.partner_uri')
}

function announcedBy(eb: Line) {
  return eb
    .selectFrom('offer_announces as announce')
    .innerJoin('moderation_items as item', 'item.offer_uri', 'announce.offer_uri')
    .select((one) => one.fn.count<number>('item.id').distinct().as('n'))
    .whereRef('announce.announcer_uri', '=', 'affiliations.partner_uri')
    .where('announce.undone_at', 'is', null)
}

export async function withdrawSubmissionsTo(tx: Handle, centreUri: string, at: string): Promise<void> {
  await tx
    .updateTable('submissions')
    .set({ state: 'withdrawn', accepted_revision: null, decided_at: at })
    .where('centre_uri', '=', centreUri)
    .where('state', '<>', 'withdrawn')
    .execute()
}

/** Active members, by name. */
export async function listMembersByName(
  db: Handle,
  limit: number,
): Promise<Pick<AffiliationRow, 'id' | 'partner_name'>[]> {
  return db
    .selectFrom('affiliations')
    .select(['id', 'partner_name'])
    .where('partner_is', '=', 'member')
    .where('state', '=', 'active')
    .orderBy('search_key')
    .limit(limit)
    .execute()
}
