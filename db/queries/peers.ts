// SPDX-License-Identifier: AGPL-3.0-or-later
// Relations with sites, what waits for one, and what the operator decided. A host is as in a URL: lower case, with its
// port unless that is the default one.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'
import { unlistHostsOf } from './fed-hosts.ts'

type Handle = Kysely<Tables>
export type RelationLine = Pick<
  Row<'affiliations'>,
  'id' | 'partner_uri' | 'partner_is' | 'partner_name' | 'state' | 'requested_at' | 'decided_at'
>

export function listRelations(db: Handle): Promise<RelationLine[]> {
  return db
    .selectFrom('affiliations')
    .select(['id', 'partner_uri', 'partner_is', 'partner_name', 'state', 'requested_at', 'decided_at'])
    .where('state', 'in', ['asking', 'requested', 'active'])
    .execute()
}

export async function listDecidedPeers(
  db: Handle,
): Promise<{ host: string; isBlocked: boolean; isAllowed: boolean }[]> {
  // Literals as in the partial index, which is not used for bound values.
  const found = await sql<Pick<Row<'fed_peers'>, 'host' | 'state' | 'allowed_at'>>`
    select host, state, allowed_at from fed_peers
    where state = 'blocked' or allowed_at is not null`.execute(db)
  return found.rows.map(({ host, state, allowed_at }) => ({
    host,
    isBlocked: state === 'blocked',
    isAllowed: allowed_at !== null,
  }))
}

/** Includes relations that ended after `since` without a block: their last activity must still arrive. */
export async function listPartnersInContact(db: Handle, since: string): Promise<string[]> {
  const rows = await db
    .selectFrom('affiliations')
    .select('partner_uri')
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['asking', 'requested', 'active']),
        eb('ended_why', 'is', null).and(sql<boolean>`coalesce(ended_at, decided_at, '') > ${since}`),
      ]),
    )
    .execute()
  return rows.map((row) => row.partner_uri)
}

export function countOffersBySender(db: Handle): Promise<{ uri: string; online: number; waiting: number }[]> {
  return db
    .selectFrom('moderation_items')
    .select([
      'association_uri as uri',
      sql<number>`count(*) filter (where accepted_revision is not null)`.as('online'),
      sql<number>`count(*) filter (where state in ('pending', 'in_review'))`.as('waiting'),
    ])
    .where('state', '<>', 'withdrawn')
    .groupBy('association_uri')
    .execute()
}

export async function countParkedByActor(db: Handle): Promise<{ actor: string; parked: number }[]> {
  // A literal, because partial indexes are not used for a bound value.
  const found = await sql<{ actor: string; parked: number }>`
    select actor, count(*) as parked from fed_activities where state = 'parked' group by actor`.execute(db)
  return found.rows
}

export async function countUnsettledByActor(db: Handle): Promise<{ actor: string; parked: number; waiting: number }[]> {
  // Literals, because partial indexes are not used for a bound value.
  const found = await sql<{ actor: string; parked: number; waiting: number }>`
    select actor, sum(parked) as parked, sum(waiting) as waiting from (
      select actor, 1 as parked, 0 as waiting from fed_activities where state = 'parked'
      union all select actor, 0, 1 from fed_activities where state = 'waiting')
    group by actor`.execute(db)
  return found.rows
}

export async function ignoreUnsettledOf(tx: Handle, actors: string[], reason: string): Promise<void> {
  for (const actor of actors)
    await sql`update fed_activities set state = 'ignored', error = ${reason}, body = '{}', not_before = null
      where actor = ${actor} and state in ('waiting', 'parked')`.execute(tx)
}

/** Deliveries to one site that wait or were given up, by reason and type, the most frequent first. */
export type FailureLine = {
  type: string
  reason: string
  count: number
  failed: number
  oldest: string
  next: string | null
}
export async function listFailures(db: Handle, host: string): Promise<FailureLine[]> {
  return db
    .selectFrom('fed_deliveries as d')
    .leftJoin('fed_activities as a', 'a.id', 'd.activity_id')
    .select([
      sql<string>`coalesce(a.type, '')`.as('type'),
      sql<string>`coalesce(d.last_error, '')`.as('reason'),
      sql<number>`count(*)`.as('count'),
      sql<number>`count(*) filter (where d.state = 'failed')`.as('failed'),
      sql<string>`min(d.created_at)`.as('oldest'),
      sql<string | null>`min(d.not_before) filter (where d.state = 'waiting')`.as('next'),
    ])
    .where('d.host', '=', host)
    .groupBy([sql`1`, sql`2`])
    .orderBy('count', 'desc')
    .limit(50)
    .execute()
}

/** Failed deliveries are due again too, and the server no longer rests. @returns how many are due. */
export async function retryHost(tx: Handle, host: string, now: string): Promise<number> {
  const result = await tx
    .updateTable('fed_deliveries')
    .set({ state: 'waiting', attempts: 0, not_before: now, lease_until: null })
    .where('host', '=', host)
    .where('state', 'in', ['waiting', 'failed'])
    .executeTakeFirst()
  await tx
    .updateTable('fed_peers')
    .set({ state: 'ok', failures: 0, first_failed_at: null, next_probe_at: null, refused: '{}' })
    .where('host', '=', host)
    .where('state', 'in', ['ok', 'failing', 'dead'])
    .execute()
  return Number(result.numUpdatedRows)
}

/** What still waits stays. @returns how many were deleted. */
export async function forgetFailed(tx: Handle, host: string): Promise<number> {
  const result = await tx
    .deleteFrom('fed_deliveries')
    .where('host', '=', host)
    .where('state', '=', 'failed')
    .executeTakeFirst()
  await unlistHostsOf(tx, [{ host }])
  return Number(result.numDeletedRows)
}
