// SPDX-License-Identifier: AGPL-3.0-or-later
// Daily totals of an offer by channel; never a person (product/offers §7.6).
import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export const COUNTED = ['views', 'apply_starts', 'applications', 'accepted'] as const
export type Counted = (typeof COUNTED)[number]

/** Adds one to `what` on that calendar day (YYYY-MM-DD). */
export async function addToCount(
  db: Handle,
  key: { offerId: string; day: string; channel: string },
  what: Counted,
): Promise<void> {
  await db
    .insertInto('offer_counts')
    .values({ offer_id: key.offerId, day: key.day, channel: key.channel, [what]: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['offer_id', 'day', 'channel'])
        .doUpdateSet((eb) => ({ [what]: eb(`offer_counts.${what}`, '+', 1) })),
    )
    .execute()
}
