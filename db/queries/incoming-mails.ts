// SPDX-License-Identifier: AGPL-3.0-or-later
// Answers by mail: those that were taken, by a key of their own; those set aside; and how many came each day.
import { sql, type Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type IncomingOutcome = Row<'incoming_counts'>['outcome']
export type SetAside = Row<'incoming_mails'>

export async function hasIncoming(db: Handle, key: string): Promise<boolean> {
  const found = await db.selectFrom('incoming_mails').select('key').where('key', '=', key).executeTakeFirst()
  return found !== undefined
}

/** A known key stays as it was. */
export async function insertIncoming(tx: Handle, row: NewRow<'incoming_mails'>): Promise<void> {
  await tx
    .insertInto('incoming_mails')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** @param day UTC. */
export async function addIncoming(tx: Handle, day: string, outcome: IncomingOutcome): Promise<void> {
  await tx
    .insertInto('incoming_counts')
    .values({ day, outcome, count: 1 })
    .onConflict((conflict) =>
      conflict.columns(['day', 'outcome']).doUpdateSet((eb) => ({ count: eb('incoming_counts.count', '+', 1) })),
    )
    .execute()
}

/** @param since day, UTC. */
export async function sumIncoming(db: Handle, since: string): Promise<Partial<Record<IncomingOutcome, number>>> {
  const rows = await db
    .selectFrom('incoming_counts')
    .select((eb) => ['outcome', eb.fn.sum<number>('count').as('count')])
    .where('day', '>=', since)
    .groupBy('outcome')
    .execute()
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]))
}

const setAside = (db: Handle) => db.selectFrom('incoming_mails').where(sql<boolean>`reason <> ''`)

/** The newest first. */
export function listSetAside(db: Handle, most: number): Promise<SetAside[]> {
  return setAside(db).selectAll().orderBy('at', 'desc').orderBy('key', 'desc').limit(most).execute()
}

export async function countSetAside(db: Handle): Promise<number> {
  const row = await setAside(db)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** The oldest first. */
export function listSetAsideBefore(db: Handle, before: string, most: number): Promise<SetAside[]> {
  return setAside(db).selectAll().where('at', '<', before).orderBy('at').limit(most).execute()
}

export async function deleteIncoming(tx: Handle, key: string): Promise<void> {
  await tx.deleteFrom('incoming_mails').where('key', '=', key).execute()
}

/** Of those that were taken. @returns how many. */
export async function deleteTakenBefore(tx: Handle, before: string, most: number): Promise<number> {
  const old = sql`select key from incoming_mails where at < ${before} and reason = '' order by at limit ${most}`
  const result = await sql`delete from incoming_mails where key in (${old})`.execute(tx)
  return Number(result.numAffectedRows ?? 0)
}

/** @param day UTC. */
export async function deleteIncomingCounts(tx: Handle, day: string): Promise<void> {
  await tx.deleteFrom('incoming_counts').where('day', '<', day).execute()
}
