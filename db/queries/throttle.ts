// SPDX-License-Identifier: AGPL-3.0-or-later
// Recent tries. Keys are opaque: no address is stored here.
import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** A window that is over starts again and ends at `resetsAt`. One statement, so that tries at one moment all count. */
export function countTry(
  db: Handle,
  key: string,
  now: string,
  resetsAt: string,
): Promise<{ count: number; resets_at: string }> {
  return db
    .insertInto('throttle')
    .values({ key, count: 1, resets_at: resetsAt })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({
        count: eb
          .case()
          .when('throttle.resets_at', '<=', now)
          .then(1)
          .else(eb('throttle.count', '+', 1))
          .end(),
        resets_at: eb
          .case()
          .when('throttle.resets_at', '<=', now)
          .then(resetsAt)
          .else(eb.ref('throttle.resets_at'))
          .end(),
      })),
    )
    .returning(['count', 'resets_at'])
    .executeTakeFirstOrThrow()
}

/** For a try that succeeded. */
export async function forgiveTry(db: Handle, key: string): Promise<void> {
  await db
    .updateTable('throttle')
    .set((eb) => ({ count: eb('count', '-', 1) }))
    .where('key', '=', key)
    .where('count', '>', 0)
    .execute()
}

export async function forgetTries(db: Handle, key: string): Promise<void> {
  await db.deleteFrom('throttle').where('key', '=', key).execute()
}

export async function deleteOldTries(db: Handle, now: string, most: number): Promise<number> {
  const result = await db
    .deleteFrom('throttle')
    .where('key', 'in', (eb) =>
      eb.selectFrom('throttle').select('key').where('resets_at', '<=', now).orderBy('resets_at').limit(most),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
