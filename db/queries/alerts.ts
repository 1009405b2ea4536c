// SPDX-License-Identifier: AGPL-3.0-or-later
// Addresses that are mailed what is new, and the searches of each.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type SubscriberRow = Row<'alert_subscribers'>
export type AlertRow = Row<'alerts'>
type Change = Partial<Pick<SubscriberRow, 'rhythm' | 'told_until' | 'next_at' | 'ends_at' | 'asked_at' | 'locale'>>

export function findSubscriber(db: Handle, id: string): Promise<SubscriberRow | undefined> {
  return db.selectFrom('alert_subscribers').selectAll().where('id', '=', id).executeTakeFirst()
}

/** @param emailKey the address as `emailKey()` makes it. */
export function findSubscriberOf(db: Handle, emailKey: string): Promise<SubscriberRow | undefined> {
  return db.selectFrom('alert_subscribers').selectAll().where('email_key', '=', emailKey).executeTakeFirst()
}

/** @param linkHash of the secret in the link of every mail. */
export function findSubscriberByLink(db: Handle, linkHash: string): Promise<SubscriberRow | undefined> {
  return db.selectFrom('alert_subscribers').selectAll().where('link_hash', '=', linkHash).executeTakeFirst()
}

export async function insertSubscriber(tx: Handle, row: NewRow<'alert_subscribers'>): Promise<void> {
  await tx.insertInto('alert_subscribers').values(row).execute()
}

export async function updateSubscriber(tx: Handle, id: string, change: Change): Promise<void> {
  await tx.updateTable('alert_subscribers').set(change).where('id', '=', id).execute()
}

/** The searches of a mailbox, what was mailed to it about them or waits to be, and its links. Nothing for ''. */
export async function deleteSubscriberOf(tx: Handle, mailbox: string): Promise<void> {
  await sql`delete from alert_subscribers where email_key = lower(${mailbox}) and email_key <> ''`.execute(tx)
  await sql`delete from mails where lower(to_email) = lower(${mailbox}) and to_email <> ''
    and template like 'alerts/%'`.execute(tx)
  await sql`delete from tokens where purpose = 'alert' and lower(content ->> 'email') = lower(${mailbox})`.execute(tx)
}

/** In the order in which they were confirmed. */
export function listAlertsOf(db: Handle, subscriberIds: readonly string[]): Promise<AlertRow[]> {
  return db
    .selectFrom('alerts')
    .selectAll()
    .where('subscriber_id', 'in', inList(subscriberIds))
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Adds nothing when the address has the same search. */
export async function insertAlert(tx: Handle, row: NewRow<'alerts'>): Promise<void> {
  await tx
    .insertInto('alerts')
    .values(row)
    .onConflict((conflict) => conflict.columns(['subscriber_id', 'query']).doNothing())
    .execute()
}

export async function deleteAlert(tx: Handle, subscriberId: string, id: string): Promise<void> {
  await tx.deleteFrom('alerts').where('id', '=', id).where('subscriber_id', '=', subscriberId).execute()
}

/** Up to `most` that are due, the longest due first. */
export function listDueSubscribers(db: Handle, now: string, most: number): Promise<SubscriberRow[]> {
  return db
    .selectFrom('alert_subscribers')
    .selectAll()
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('id')
    .limit(most)
    .execute()
}

/** Up to `most` that end by `instant`, after the one named. */
export function listEnding(
  db: Handle,
  instant: string,
  after: Pick<SubscriberRow, 'ends_at' | 'id'>,
  most: number,
): Promise<SubscriberRow[]> {
  return db
    .selectFrom('alert_subscribers')
    .selectAll()
    .where('ends_at', '<=', instant)
    .where(sql<boolean>`(ends_at, id) > (${after.ends_at}, ${after.id})`)
    .orderBy('ends_at')
    .orderBy('id')
    .limit(most)
    .execute()
}
